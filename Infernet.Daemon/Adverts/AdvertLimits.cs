namespace Infernet.Daemon.Adverts;

/// <summary>What an advert may hold at most. What is over a limit is refused whole.</summary>
internal static class AdvertLimits
{
    /// <summary>The signed envelope, in bytes.</summary>
    public const int MaxEnvelopeLength = 32 << 10;

    public const int MaxAddresses = 16;
    public const int MaxModels = 128;
    public const int MaxGpus = 64;
    public const int MaxEngines = 16;
    public const int MaxTextLength = 256;
    public const uint MaxSlots = 100_000;

    /// <summary>Operations or bytes a second of one node.</summary>
    public const double MaxRate = 1e18;

    /// <summary>No honest advert lives longer: its peer renews it every few minutes.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(1);

    /// <summary>How far another's clock may be off.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);
}
