namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>Finds programs as a shell would, without one.</summary>
internal static class ProgramPath
{
    /// <summary>The file of a program, by its path or by its name on PATH; null if there is none to run.</summary>
    public static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return CanRun(program) ? Path.GetFullPath(program) : null;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Where(Path.IsPathRooted).Select(f => Path.Combine(f, program)).FirstOrDefault(CanRun);
    }

    private static bool CanRun(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path)
            & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
