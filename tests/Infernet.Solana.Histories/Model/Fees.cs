using Infernet.Solana.Settlement;

namespace Infernet.Solana.Histories.Model;

/// <summary>The shares of the day on which a contract opened, of ten thousand parts.</summary>
internal sealed record Fees(ushort ProtocolParts, ushort PlatformParts, ushort BurnedParts)
{
    public static Fees Of(SettlementConfig config) => new(config.ProtocolShare, config.PlatformShare, config.BurnShare);

    /// <summary>What the payee does not get.</summary>
    public ulong All(ulong total) => Share(total, ProtocolParts + PlatformParts);

    public ulong Protocol(ulong total) => ProtocolParts + PlatformParts == 0
        ? 0 : (ulong)((UInt128)All(total) * ProtocolParts / (uint)(ProtocolParts + PlatformParts));

    public ulong Platform(ulong total) => All(total) - Protocol(total);

    public ulong Burned(ulong total) => Share(Protocol(total), BurnedParts);

    private static ulong Share(ulong amount, int parts) => (ulong)((UInt128)amount * (uint)parts / 10_000);
}
