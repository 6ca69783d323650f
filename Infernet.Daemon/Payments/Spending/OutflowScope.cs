using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Spending;

/// <summary>
/// What a message does not say itself, and what its outflow depends on. A channel's mint follows from its key, and the
/// key is proven by the channel's address; what stakes are in, the program's configuration says.
/// </summary>
internal sealed record OutflowScope
{
    /// <summary>What nothing else need be known for.</summary>
    public static OutflowScope Nothing { get; } = new();

    /// <summary>The channels that are topped up.</summary>
    public IReadOnlyList<ChannelKey> Channels { get; init; } = [];

    /// <summary>What stakes are in; null if it is not known.</summary>
    public Address? StakeMint { get; init; }
}
