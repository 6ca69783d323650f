using Infernet.Daemon.Payments.Chain;

namespace Infernet.Daemon.Payments;

/// <summary>How a node pays and is paid. Immutable.</summary>
public sealed record PaymentOptions
{
    /// <summary>Cluster, program, wallet and caps.</summary>
    public required ChainOptions Chain { get; init; }
}
