using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>What an <see cref="Earner"/> stands on.</summary>
internal sealed record EarnerGround
{
    /// <summary>This node.</summary>
    public required PeerId Self { get; init; }

    public required EarningChain Chain { get; init; }

    public required EarningJournal Journal { get; init; }

    /// <summary>What this node thinks of a payer.</summary>
    public required Func<PeerId, PeerStanding> StandingOf { get; init; }

    public EarningOptions Options { get; init; } = new();

    /// <summary>The bounds of windows in tokens.</summary>
    public ReputationOptions Windows { get; init; } = new();

    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }
}
