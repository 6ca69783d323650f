namespace Infernet.Dht.Providers;

/// <summary>How many provider records a node keeps for others, and for how long. Immutable.</summary>
public sealed record ProviderLimits
{
    /// <summary>Most keys.</summary>
    public int MaxKeys { get; init; } = 50_000;

    /// <summary>Most providers under one key; the one renewed longest ago gives way.</summary>
    public int MaxProvidersPerKey { get; init; } = 256;

    /// <summary>Most provider records under all keys together.</summary>
    public int MaxRecords { get; init; } = 200_000;

    /// <summary>Most keys that one peer may provide here.</summary>
    public int MaxKeysPerPeer { get; init; } = 2_000;

    /// <summary>Most addresses kept for one provider.</summary>
    public int MaxAddressesPerProvider { get; init; } = 8;

    /// <summary>Most providers named in one answer; a random choice if there are more.</summary>
    public int MaxProvidersPerAnswer { get; init; } = 40;

    /// <summary>How long a provider record is kept unless it is renewed.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long a provider's addresses are passed on; after that, its id alone.</summary>
    public TimeSpan AddressTimeToLive { get; init; } = TimeSpan.FromHours(1);
}
