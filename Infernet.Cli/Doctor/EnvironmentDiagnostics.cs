using System.Collections;
using Infernet.Daemon.Configuration;
using Infernet.Daemon.Diagnostics;

namespace Infernet.Cli.Doctor;

/// <summary>Finds INFERNET_ variables that nothing reads, since a misspelled one is otherwise never noticed.</summary>
internal static class EnvironmentDiagnostics
{
    public static IEnumerable<Diagnostic> Check(IDictionary environment)
    {
        HashSet<string> known = [HomeFolder.Variable, .. Settings.All.Select(s => s.EnvironmentVariable)];
        string[] unknown =
        [
            .. environment.Keys.Cast<string>()
                .Where(name => name.StartsWith("INFERNET_", StringComparison.Ordinal) && !known.Contains(name))
                .Order(StringComparer.Ordinal),
        ];
        if (unknown.Length > 0)
        {
            yield return Diagnostic.Note(
                "environment",
                $"nothing reads {string.Join(", ", unknown)}",
                $"Known are {string.Join(", ", known)}.");
        }
    }
}
