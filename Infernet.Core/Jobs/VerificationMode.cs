namespace Infernet.Core.Jobs;

/// <summary>How it is found out whether answers are right.</summary>
public enum VerificationMode
{
    /// <summary>A sample of the answers is judged by auditors, who allow for what honest hardware differs by.</summary>
    Tolerant,

    /// <summary>As tolerant, but every bit must be reproducible: only providers whose engine does that take part.</summary>
    Exact,

    /// <summary>Several providers answer each input, and the majority is right.</summary>
    Redundant,

    /// <summary>Nobody looks.</summary>
    None,
}
