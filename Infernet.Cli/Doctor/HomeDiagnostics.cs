using Infernet.Daemon.Configuration;
using Infernet.Daemon.Diagnostics;

namespace Infernet.Cli.Doctor;

/// <summary>Whether the home can be used, and by nobody else.</summary>
internal static class HomeDiagnostics
{
    private const string Name = "home";

    private const UnixFileMode Others =
        UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static Diagnostic Check(HomeFolder home)
    {
        if (!Directory.Exists(home.FullPath))
        {
            return Diagnostic.Note(Name, $"{home.FullPath} is not there yet; the first start makes it");
        }

        string probe = Path.Combine(home.FullPath, $".doctor-{Environment.ProcessId}");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Diagnostic.Failed(
                Name, $"{home.FullPath} can't be written: {problem.Message}", "Use a folder of your own: --home DIR.");
        }

        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(home.FullPath) & Others) != 0
            ? Diagnostic.Note(Name, $"{home.FullPath} is open to other users", $"chmod 700 {home.FullPath}")
            : Diagnostic.Ok(Name, home.FullPath);
    }
}
