using Infernet.Solana.Keys;
using Infernet.Solana.Rpc;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>Which cluster a node pays on, in what, by which wallet, and how much of it at most. Immutable.</summary>
public sealed record ChainOptions
{
    /// <summary>Endpoints of one cluster, in order of preference, http or https.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>Where the cluster tells of transactions (ws or wss); null to poll for them.</summary>
    public Uri? WebSocket { get; init; }

    /// <summary>The settlement program.</summary>
    public required Address Program { get; init; }

    /// <summary>What work is paid in; the default address for lamports.</summary>
    public Address Mint { get; init; }

    /// <summary>How many decimals the owner counts on; null to take what the mint says.</summary>
    public int? Decimals { get; init; }

    /// <summary>The cluster's genesis hash in base58, if the owner wants no other one; null to take what is there.</summary>
    public string? Genesis { get; init; }

    /// <summary>The wallet's file; null for wallet.json in the home.</summary>
    public string? WalletFile { get; init; }

    /// <summary>Unseals the wallet's file if it is sealed.</summary>
    public string? WalletPassphrase { get; init; }

    /// <summary>
    /// Most that may leave the wallet, and most that may be promised, in one day (UTC), in the mint's smallest unit.
    /// </summary>
    public required ulong DailyCap { get; init; }

    /// <summary>The same for lamports, where work is paid in tokens: fees and rents.</summary>
    public ulong DailyLamports { get; init; } = 100_000_000;

    /// <summary>The same for what stakes are in, where that is neither lamports nor the mint.</summary>
    public ulong DailyStake { get; init; }

    /// <summary>Most lamports that one transaction may offer for being taken early.</summary>
    public ulong MaxPriorityFee { get; init; } = 50_000;

    /// <summary>What counts as being on the chain.</summary>
    public Commitment Commitment { get; init; } = Commitment.Confirmed;

    /// <summary>How long one question to an endpoint may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a question is asked, over all endpoints.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Questions to one endpoint a second.</summary>
    public int RequestsPerSecond { get; init; } = 10;

    /// <summary>How often a sent transaction is looked for.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often its bytes are sent again meanwhile.</summary>
    public TimeSpan RebroadcastInterval { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long the other endpoints are waited for when one of them calls a transaction done.</summary>
    public TimeSpan AgreementPatience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long what is known of cluster and program counts.</summary>
    public TimeSpan FactsAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How far this node's clock may be from the cluster's before it begins nothing new. Two nodes may differ by less: see
    /// the earner's tolerance.
    /// </summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a stake that was read counts.</summary>
    public TimeSpan StakeAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a failure to reach the cluster counts before it is asked again.</summary>
    public TimeSpan FailureAge { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Stakes that are remembered; the oldest go.</summary>
    public int MaxStakes { get; init; } = 4_096;

    /// <summary>Contracts of each role, and closed ones, that a list shows.</summary>
    public int MaxListed { get; init; } = 1_000;

    /// <summary>How often a transaction that no block took is signed anew before the caller is told.</summary>
    public int MaxSignings { get; init; } = 3;

    /// <summary>How requests leave; null for plain HTTP. Tests let them be lost here.</summary>
    internal Func<HttpMessageHandler>? Handler { get; init; }

    /// <summary>Throws if a value makes no sense.</summary>
    internal ChainOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSignings, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxStakes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxListed, 1);
        return this;
    }

    internal RpcOptions Rpc() => new()
    {
        Endpoints = Endpoints,
        WebSocket = WebSocket,
        Commitment = Commitment,
        Timeout = Timeout,
        MaxAttempts = MaxAttempts,
        RequestsPerSecond = RequestsPerSecond,
        PollInterval = PollInterval,
        RebroadcastInterval = RebroadcastInterval,
        AgreementPatience = AgreementPatience,
    };
}
