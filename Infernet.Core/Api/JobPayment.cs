using System.Text.Json.Serialization;

namespace Infernet.Core.Api;

/// <summary>What a job pays, in the asset's smallest unit.</summary>
public sealed record JobPayment
{
    /// <summary>Of what is paid in: "SOL".</summary>
    public required string Symbol { get; init; }

    public required int Decimals { get; init; }

    /// <summary>By what it pays providers: "channels", or "escrows" for this very job.</summary>
    public string By { get; init; } = "channels";

    /// <summary>The most that it may pay.</summary>
    public required ulong Budget { get; init; }

    /// <summary>What providers were paid for their shards.</summary>
    public ulong Paid { get; init; }

    /// <summary>What auditors are paid for their verdicts, beside that; it counts towards the budget, too.</summary>
    public ulong Audits { get; init; }

    /// <summary>The same for each of them.</summary>
    public IReadOnlyList<JobAuditor> Auditors { get; init; } = [];

    /// <summary>What is owed for shards and can never be paid.</summary>
    public IReadOnlyList<JobDebt> Unpayable { get; init; } = [];

    /// <summary>Whether somebody is owed what can never be paid.</summary>
    [JsonIgnore]
    public bool LeavesDebts => Unpayable.Count > 0 || Auditors.Any(a => a.Lost > 0);

    /// <summary>What of the budget was held back for auditors when the job began.</summary>
    public ulong HeldBackForAudits { get; init; }

    /// <summary>What is not paid for, since an audit or a vote rejected it.</summary>
    public ulong Withheld { get; init; }

    /// <summary>What is set aside for providers that work, beyond what they were paid.</summary>
    public ulong Reserved { get; init; }

    /// <summary>The most that it can cost where the cheapest of the matched providers does all of it.</summary>
    public ulong LowestEstimate { get; init; }

    /// <summary>The same for the dearest.</summary>
    public ulong HighestEstimate { get; init; }
}
