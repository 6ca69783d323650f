namespace Infernet.Execution.Generation;

/// <summary>Why a text ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it, or a stop text appeared.</summary>
    Stop,

    /// <summary>The most tokens that were asked for, or the end of the context.</summary>
    Length,

    /// <summary>The caller gave up; what was generated until then stands.</summary>
    Cancelled,
}
