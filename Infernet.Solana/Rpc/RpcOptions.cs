namespace Infernet.Solana.Rpc;

/// <summary>Where the cluster is, and how patient we are with it. The defaults suit a public endpoint.</summary>
public sealed record RpcOptions
{
    /// <summary>Endpoints of one cluster, in order of preference; at least one, http or https.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>
    /// Where the cluster tells of transactions by WebSocket (ws or wss); without it, they are polled for.
    /// </summary>
    public Uri? WebSocket { get; init; }

    /// <summary>What balances and accounts are read at, and what counts as paid.</summary>
    public Commitment Commitment { get; init; } = Commitment.Confirmed;

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a request is tried, over all endpoints; each of them is asked once at least.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The pause after all endpoints have failed once; it doubles from there.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>No pause is longer, whatever a server asks for.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long one of several endpoints that let us wait in vain is not asked again, at most; at first it is as long as the
    /// wait was.
    /// </summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Requests to one endpoint that may be under way, or begin, within a second.</summary>
    public int RequestsPerSecond { get; init; } = 10;

    /// <summary>A request that would have to wait longer for its turn is refused.</summary>
    public TimeSpan LongestQueue { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>An answer that is longer is refused.</summary>
    public int MaxResponseBytes { get; init; } = 16 << 20;

    /// <summary>How often a sent transaction is looked for.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it is sent again meanwhile: the very same bytes.</summary>
    public TimeSpan RebroadcastInterval { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How long after it was first sent the other endpoints are waited for, once one of them calls a transaction done.
    /// </summary>
    public TimeSpan AgreementPatience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Throws if a value makes no sense.</summary>
    internal RpcOptions Validated()
    {
        if (Endpoints.Count == 0 || Endpoints.Any(e => e.Scheme is not ("http" or "https")))
        {
            throw new ArgumentException("At least one http or https endpoint is needed.", nameof(Endpoints));
        }

        if (WebSocket is { Scheme: not ("ws" or "wss") })
        {
            throw new ArgumentException($"{EndpointName.Of(WebSocket)} is no ws or wss address.", nameof(WebSocket));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RequestsPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResponseBytes, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PollInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RebroadcastInterval, PollInterval);
        return this;
    }
}
