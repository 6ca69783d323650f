using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>What does not change, or seldom: which cluster it is, how the program is configured, what is paid in.</summary>
/// <param name="Genesis">The genesis hash: 32 bytes, two clusters never share it.</param>
/// <param name="Config">Fees, delays, tiers and committee.</param>
/// <param name="Asset">What work is paid in.</param>
/// <param name="Stake">What stakes are in.</param>
/// <param name="RentFloor">What an account without data must hold, in lamports.</param>
internal sealed record ClusterFacts(
    Address Genesis, SettlementConfig Config, Asset Asset, Asset Stake, ulong RentFloor)
{
    /// <summary>
    /// Why nothing new is begun by this node's clock, as a sentence; null if it is near the cluster's. What was promised or
    /// earned before does not wait for it.
    /// </summary>
    public string? ClockProblem { get; init; }

    /// <summary>Refuses to begin something by a clock that is wrong.</summary>
    /// <exception cref="PaymentException">It is; says by how much.</exception>
    public void RequireClock()
    {
        if (ClockProblem is { } problem)
        {
            throw new PaymentException(PaymentCodes.Clock, $"{problem} Nothing was spent.");
        }
    }
}
