namespace Infernet.Daemon.Payments.Ledgers;

/// <summary>A local ledger that is set up: its addresses, in base58.</summary>
public sealed record LedgerFacts
{
    /// <summary>Which cluster it is.</summary>
    public required string Genesis { get; init; }

    /// <summary>The settlement program.</summary>
    public required string Program { get; init; }

    /// <summary>A token of six decimals for trying; the authority makes it.</summary>
    public required string Mint { get; init; }

    /// <summary>Who may upgrade the program and set its configuration.</summary>
    public required string Authority { get; init; }

    /// <summary>Gets the protocol's share of payments.</summary>
    public required string Treasury { get; init; }

    /// <summary>Gets the platform's share of payments.</summary>
    public required string Platform { get; init; }

    /// <summary>Whose words release escrows and slash stakes.</summary>
    public required IReadOnlyList<string> Committee { get; init; }

    /// <summary>How many of the committee it takes.</summary>
    public required int Threshold { get; init; }
}
