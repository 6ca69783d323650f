namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>How a job ended.</summary>
internal enum DispatchOutcome
{
    /// <summary>Every item has an answer.</summary>
    Done,

    /// <summary>A shard failed as often as it may.</summary>
    AttemptsExhausted,

    /// <summary>An item's answers were rejected as often as is believable.</summary>
    AnswersWrong,

    /// <summary>No provider was left, and none came in time.</summary>
    NoProviders,

    /// <summary>The deadline passed.</summary>
    DeadlinePassed,

    /// <summary>The tokens left in the budget are too few for one more item.</summary>
    BudgetSpent,

    /// <summary>No money is left for one more item.</summary>
    FundsSpent,

    /// <summary>The submitter called it off.</summary>
    Cancelled,
}
