using System.Diagnostics;

namespace Infernet.Functional.Tests.Swarm;

/// <summary>Finds processes by one of their arguments, as the kernel lists them.</summary>
internal static class Processes
{
    public static int WithArgument(string argument)
    {
        int[] found = [.. All(argument)];
        return found.Length == 1
            ? found[0]
            : throw new InvalidOperationException($"{found.Length} processes have the argument {argument}.");
    }

    public static void KillAll(string argument)
    {
        foreach (int id in All(argument))
        {
            try
            {
                using Process process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // It ended by itself in the meantime.
            }
        }
    }

    private static IEnumerable<int> All(string argument)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && Arguments(folder).Contains(argument))
            {
                yield return id;
            }
        }
    }

    private static string[] Arguments(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
