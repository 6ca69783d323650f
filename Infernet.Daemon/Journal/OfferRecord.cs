namespace Infernet.Daemon.Journal;

/// <summary>An offer that this node made to one provider, with what it is committed to.</summary>
internal sealed record OfferRecord
{
    /// <summary>SHA-256 of the offer.</summary>
    public required byte[] Hash { get; init; }

    public required string Provider { get; init; }

    /// <summary>An Offer message.</summary>
    public required byte[] Offer { get; init; }

    /// <summary>32 random bytes that the audit draw uses; told to nobody while the provider may still work under the offer.</summary>
    public required byte[] Secret { get; init; }

    /// <summary>The share of its shards that is audited, in parts per million.</summary>
    public required uint RatePpm { get; init; }
}
