using System.Globalization;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Peers;

/// <summary>Shows peers to people.</summary>
internal static class PeerView
{
    public static void Write(Terminal terminal, IReadOnlyList<PeerStatus> peers)
    {
        Ink ink = terminal.OutInk;
        var sheet = new Sheet("PEER", "CONNECTED", ">FREE SLOTS", ">SCORE", "HARDWARE", "SERVES");
        foreach (PeerStatus peer in peers.OrderByDescending(p => p.Connected).ThenBy(p => p.PeerId, StringComparer.Ordinal))
        {
            sheet.Add(
                peer.PeerId,
                SheetCell.State(peer.Connected ? "yes" : "no"),
                peer.TotalSlots is { } total ? $"{peer.FreeSlots} of {total}" : "-",
                peer.Exclusion is not null ? SheetCell.Bad("excluded")
                    : peer.Reputation?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-",
                ink.Safe(peer.Hardware is { } hardware ? Hardware(hardware) : peer.Agent ?? "-"),
                ink.Safe(peer.Models.Count == 0 ? "-" : string.Join(", ", peer.Models.Select(m => m.Name))));
        }

        terminal.Out.Write(sheet.Render(ink, terminal.Width()));
    }

    // What decides whether a job fits: GPUs if there are any, else the processor.
    private static string Hardware(HardwareStatus hardware)
    {
        string parts = hardware.Gpus.Count > 0
            ? string.Join(", ", hardware.Gpus.Select(g => $"{g.Name} ({Units.Bytes(g.MemoryBytes)})"))
            : $"{hardware.CpuCores} cores, {Units.Bytes(hardware.MemoryBytes)}";
        return HardwareView.Speed(hardware) is { } speed ? $"{parts}, {speed}" : parts;
    }
}
