using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments;

/// <summary>The ledger's clock as a node's: timers run as ever, the date is the chain's.</summary>
internal sealed class ChainTime(SettlementChain chain) : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(chain.Now) + Offset;
}
