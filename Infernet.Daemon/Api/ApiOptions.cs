using Infernet.Core.Jobs;

namespace Infernet.Daemon.Api;

/// <summary>Limits of the local API. Immutable.</summary>
public sealed record ApiOptions
{
    /// <summary>Longest job specification, in bytes.</summary>
    public long MaxSpecificationLength { get; init; } = JobSpecificationReader.MaxLength;

    /// <summary>Longest body of every other request, in bytes.</summary>
    public int MaxRequestLength { get; init; } = 64 << 10;

    /// <summary>Most clients at a time.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>How long a client may take to send its headers.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long open streams may go on once the server is asked to stop.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
