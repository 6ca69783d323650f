namespace Infernet.Core.Api;

/// <summary>Time that is paid in advance. Amounts in the smallest unit of <see cref="ContractView.Asset"/>.</summary>
public sealed record LeaseView : ContractView
{
    public required string Renter { get; init; }

    public required string Provider { get; init; }

    /// <summary>Tells several leases of the same two apart.</summary>
    public required ulong Id { get; init; }

    public required ulong PricePerSecond { get; init; }

    public required ulong Seconds { get; init; }

    /// <summary>What was paid in.</summary>
    public required ulong Deposit { get; init; }

    /// <summary>What was paid out.</summary>
    public ulong Released { get; init; }

    /// <summary>What has come due since and waits to be paid out.</summary>
    public ulong Due { get; init; }

    /// <summary>What would go back to the renter now.</summary>
    public ulong Left { get; init; }

    public DateTimeOffset? Start { get; init; }

    public DateTimeOffset? End { get; init; }
}
