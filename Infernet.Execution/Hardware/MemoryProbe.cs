using System.Globalization;

namespace Infernet.Execution.Hardware;

/// <summary>
/// Reads how much memory there is: the machine's from /proc/meminfo, and the limit of the control group that a
/// container or a service runs in. Whichever is less counts.
/// </summary>
internal static class MemoryProbe
{
    private const string MemInfo = "/proc/meminfo";

    private static readonly (string Limit, string Used)[] ControlGroups =
    [
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ];

    public static MemoryState Read()
    {
        if (!File.Exists(MemInfo))
        {
            long total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            return new MemoryState(total, total);
        }

        MemoryState state = Parse(File.ReadLines(MemInfo));
        foreach ((string limit, string used) in ControlGroups)
        {
            if (File.Exists(limit) && File.Exists(used))
            {
                state = Limit(state, File.ReadAllText(limit), File.ReadAllText(used));
            }
        }

        return state;
    }

    /// <summary>Lines such as "MemTotal:  24 kB"; the unit is always kB.</summary>
    internal static MemoryState Parse(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, long>();
        foreach (string line in lines)
        {
            string[] parts = line.Split(':', StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && long.TryParse(parts[1].Split(' ')[0], CultureInfo.InvariantCulture, out long kilobytes))
            {
                values[parts[0]] = kilobytes * 1024;
            }
        }

        long total = values.GetValueOrDefault("MemTotal");
        return new MemoryState(total, values.GetValueOrDefault("MemAvailable", total));
    }

    /// <summary>A group without a limit says "max", or a number beyond any machine.</summary>
    internal static MemoryState Limit(MemoryState state, string limit, string used)
    {
        if (!long.TryParse(limit.Trim(), CultureInfo.InvariantCulture, out long most) || most >= state.Total)
        {
            return state;
        }

        _ = long.TryParse(used.Trim(), CultureInfo.InvariantCulture, out long taken);
        return new MemoryState(most, Math.Clamp(most - taken, 0, state.Available));
    }
}
