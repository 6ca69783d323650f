using Infernet.Solana.Settlement;

namespace Infernet.Solana.Histories.Model;

/// <summary>The shares of the day on which a contract opened, of ten thousand parts.</summary>
internal sealed record Fees(ushort ProtocolParts, ushort PlatformParts, ushort BurnedParts)
{
    public static Fees Of(SettlementConfig config) => new(config.ProtocolShare, config.PlatformShare, config.BurnShare);

    public ulong Protocol(ulong total) => Share(total, ProtocolParts);

    public ulong Platform(ulong total) => Share(total, PlatformParts);

    public ulong Burned(ulong total) => Share(Protocol(total), BurnedParts);

    private static ulong Share(ulong amount, ushort parts) => (ulong)((UInt128)amount * parts / 10_000);
}
