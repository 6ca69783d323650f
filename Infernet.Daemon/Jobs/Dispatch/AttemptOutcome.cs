namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>How an attempt ended.</summary>
internal enum AttemptOutcome
{
    /// <summary>A right receipt covers what was asked for.</summary>
    Done,

    /// <summary>It was called off; what was finished until then may still count.</summary>
    Cancelled,

    /// <summary>The provider gave up, was lost, or its receipt was wrong.</summary>
    Failed,
}
