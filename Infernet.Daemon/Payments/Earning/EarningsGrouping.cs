namespace Infernet.Daemon.Payments.Earning;

/// <summary>What the rows of a report are by.</summary>
public enum EarningsGrouping
{
    /// <summary>The day (UTC) on which the work was finished.</summary>
    Day,

    /// <summary>The model that computed.</summary>
    Model,

    /// <summary>The peer that owes.</summary>
    Payer,

    /// <summary>What was done: shards, or audits.</summary>
    Kind,
}
