using Infernet.Cli.Models;
using Infernet.Cli.Peers;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;

namespace Infernet.Cli.Nodes;

/// <summary>Shows a node to people.</summary>
internal static class NodeStatusView
{
    private const int MaxAddresses = 4;

    /// <summary>What one wants to know right after the start.</summary>
    public static void WriteReady(Terminal terminal, NodeStatus status)
    {
        Ink ink = terminal.OutInk;
        terminal.Out.WriteLine($"{ink.Green("Ready:")} node {ink.Bold(status.PeerId)}");
        foreach (string address in status.ListenAddresses)
        {
            terminal.Out.WriteLine($"  listens on {WithoutPeer(address)}");
        }

        WriteProblems(terminal, status);
        WriteJoin(terminal, status);
    }

    public static void Write(Terminal terminal, NodeStatus status, string home, DateTimeOffset now)
    {
        Ink ink = terminal.OutInk;
        Line(terminal, "node", $"{ink.Bold(status.PeerId)}, version {status.Version}");
        Line(terminal, "up", Units.Duration(now - status.StartedAt));
        Line(terminal, "home", home);
        foreach (string address in status.ListenAddresses)
        {
            Line(terminal, "listens on", WithoutPeer(address));
        }

        Line(
            terminal,
            "peers",
            $"{Units.Count(status.ConnectedPeers)} connected, {Units.Count(status.RoutingTableSize)} in the routing "
            + $"table, {Units.Count(status.KnownProviders)} providers known");
        Line(terminal, "slots", $"{status.FreeSlots} of {status.TotalSlots} free");
        Line(terminal, "hardware", Hardware(status.Hardware));
        WriteSpeed(terminal, status.Hardware);
        Line(terminal, "own jobs", $"{Units.Count(status.ActiveJobs)} running");
        Line(
            terminal,
            "served",
            $"{Units.Count(status.ShardsServed)} shards, {Units.Count(status.TokensServed)} tokens for others");
        WriteProblems(terminal, status);
        if (status.Models.Count > 0)
        {
            terminal.Out.WriteLine();
            ModelView.Write(terminal, status.Models);
        }

        terminal.Out.WriteLine();
        WriteJoin(terminal, status);
    }

    /// <summary>For example <c>AMD EPYC 7713, 2 cores, 24 GiB, NVIDIA H200 (141 GiB)</c>.</summary>
    public static string Hardware(HardwareStatus hardware)
    {
        string gpus = string.Concat(hardware.Gpus.Select(g => $", {g.Name} ({Units.Bytes(g.MemoryBytes)})"));
        string cores = hardware.CpuCores == 1 ? "1 core" : $"{hardware.CpuCores} cores";
        return $"{hardware.Cpu}, {cores}, {Units.Bytes(hardware.MemoryBytes)}{(gpus.Length > 0 ? gpus : ", no GPU")}";
    }

    private static void WriteSpeed(Terminal terminal, HardwareStatus hardware)
    {
        if (hardware.Claimed is { } claimed)
        {
            Line(
                terminal,
                "claims",
                $"{HardwareView.Rate("matmul-int8", claimed.Operations)}, "
                + $"{HardwareView.Rate("memory-walk", claimed.MemoryBytes)} (measured by this node itself)");
        }

        foreach (HardwareMeasurement measured in hardware.Measured)
        {
            Line(
                terminal,
                "measured",
                $"{HardwareView.Rate(measured.Kernel, measured.Rate)} by {measured.Challenger} on "
                + $"{measured.MeasuredAt:yyyy-MM-dd}");
        }
    }

    // The node's id stands above already.
    private static string WithoutPeer(string address) =>
        Multiaddr.TryParse(address, out Multiaddr parsed) && parsed.WithoutPeer() is { } own ? own.ToString() : address;

    private static void WriteProblems(Terminal terminal, NodeStatus status)
    {
        foreach (string problem in status.Problems)
        {
            Line(terminal, "problem", terminal.OutInk.Yellow(problem));
        }
    }

    private static void WriteJoin(Terminal terminal, NodeStatus status)
    {
        IReadOnlyList<string> addresses = JoinAddresses.Of(status);
        if (addresses.Count == 0)
        {
            terminal.Out.WriteLine("It does not listen, so others can't join through it.");
            return;
        }

        terminal.Out.WriteLine("Others join with one of:");
        foreach (string address in addresses.Take(MaxAddresses))
        {
            terminal.Out.WriteLine($"  infernet node start --bootstrap {address}");
        }

        terminal.Out.WriteLine("or, from a node that runs already:");
        terminal.Out.WriteLine($"  infernet peers connect {addresses[0]}");
    }

    private static void Line(Terminal terminal, string name, string value) =>
        terminal.Out.WriteLine($"{terminal.OutInk.Dim(name.PadRight(11))} {value}");
}
