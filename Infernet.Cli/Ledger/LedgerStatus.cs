using Infernet.Daemon.Payments.Ledgers;

namespace Infernet.Cli.Ledger;

/// <summary>A local ledger as <c>ledger start</c> and <c>ledger status</c> print it, and as its folder remembers it.</summary>
internal sealed record LedgerStatus
{
    public required bool Running { get; init; }

    /// <summary>The folder of everything that is kept, keys included.</summary>
    public required string State { get; init; }

    /// <summary>Where its JSON-RPC is; null while it does not run, as is all below.</summary>
    public Uri? Http { get; init; }

    public Uri? Websocket { get; init; }

    public int? ProcessId { get; init; }

    public string? Genesis { get; init; }

    public string? Program { get; init; }

    /// <summary>A token of six decimals for trying.</summary>
    public string? Mint { get; init; }

    public string? Authority { get; init; }

    public string? Treasury { get; init; }

    public string? Platform { get; init; }

    public IReadOnlyList<string>? Committee { get; init; }

    public int? Threshold { get; init; }

    /// <summary>How many transactions there were; only in <c>ledger status</c>, as is what follows.</summary>
    public long? Transactions { get; init; }

    /// <summary>What they cost together, in lamports: what nobody has any more.</summary>
    public ulong? Fees { get; init; }

    public static LedgerStatus Of(string state, LedgerReady ready, LedgerFacts facts) => new()
    {
        Running = true,
        State = state,
        Http = ready.Http,
        Websocket = ready.Ws,
        ProcessId = Environment.ProcessId,
        Genesis = facts.Genesis,
        Program = facts.Program,
        Mint = facts.Mint,
        Authority = facts.Authority,
        Treasury = facts.Treasury,
        Platform = facts.Platform,
        Committee = facts.Committee,
        Threshold = facts.Threshold,
    };
}
