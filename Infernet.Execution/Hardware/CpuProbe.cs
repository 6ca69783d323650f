namespace Infernet.Execution.Hardware;

/// <summary>Reads Linux's /proc/cpuinfo; elsewhere it knows only how many threads there are.</summary>
internal static class CpuProbe
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>The processor's name.</summary>
    public static string Model() => File.Exists(CpuInfo) ? Model(File.ReadLines(CpuInfo)) : "unknown";

    /// <summary>
    /// Physical cores that this process may use. Arithmetic gains little from a core's second thread, and waits for it.
    /// </summary>
    public static int UsableCores() =>
        File.Exists(CpuInfo) ? UsableCores(File.ReadLines(CpuInfo), Environment.ProcessorCount) : Environment.ProcessorCount;

    internal static string Model(IEnumerable<string> lines) =>
        lines.Select(line => Value(line, "model name")).FirstOrDefault(name => name is not null) ?? "unknown";

    internal static int UsableCores(IEnumerable<string> lines, int allowedThreads)
    {
        var cores = new HashSet<(string Socket, string Core)>();
        string socket = "";
        foreach (string line in lines)
        {
            socket = Value(line, "physical id") ?? socket;
            if (Value(line, "core id") is { } core)
            {
                cores.Add((socket, core));
            }
        }

        return cores.Count == 0 ? allowedThreads : Math.Min(cores.Count, allowedThreads);
    }

    private static string? Value(string line, string key)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && line[..colon].Trim() == key ? line[(colon + 1)..].Trim() : null;
    }
}
