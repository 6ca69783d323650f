namespace Infernet.Daemon.Audits.Serving;

/// <summary>What this node lets others ask of it as an auditor. Immutable.</summary>
internal sealed record AuditServingLimits
{
    /// <summary>Requests here at a time, waiting ones included; further ones are declined as busy.</summary>
    public int MaxSessions { get; init; } = 16;

    /// <summary>Requests of one peer here at a time.</summary>
    public int MaxSessionsPerPeer { get; init; } = 4;

    /// <summary>Requests that are judged at a time. One, so that paid work keeps all but one place of a batch.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Most tokens of the answers of one request, and of their prompts as they were claimed.</summary>
    public long MaxTokens { get; init; } = 64 << 10;

    /// <summary>How long a peer may take to send its request.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a request may wait for its turn and be judged; less than who asks waits for it.</summary>
    public TimeSpan JudgeTimeout { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Paid requests that were judged for nothing and still count against their payers' windows.</summary>
    public int MaxUnrevealed { get; init; } = 1_024;

    /// <summary>
    /// How long a verdict is held until its reveal is asked for, and then until it is signed for; and how long one that
    /// nobody wanted to see counts against the window of who asked for it.
    /// </summary>
    public TimeSpan RevealTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
