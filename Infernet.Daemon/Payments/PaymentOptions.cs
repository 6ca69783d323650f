using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Payments;

/// <summary>How a node pays and is paid. Immutable.</summary>
public sealed record PaymentOptions
{
    /// <summary>Cluster, program, wallet and caps.</summary>
    public required ChainOptions Chain { get; init; }

    /// <summary>Channels and budgets.</summary>
    public PayingOptions Paying { get; init; } = new();

    /// <summary>Whether this node signs for releases as a member of the committee, if its key is in that.</summary>
    public bool Committee { get; init; }

    /// <summary>Prices, credit and settling.</summary>
    public EarningOptions Earning { get; init; } = new();
}
