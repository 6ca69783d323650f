namespace Infernet.Daemon.Audits.Wire;

/// <summary><c>/infernet/audit/1</c>: its id, and the sizes that both sides hold each other to.</summary>
internal static class AuditProtocol
{
    public const string Id = "/infernet/audit/1";

    /// <summary>Largest message to an auditor, in bytes: a few items with their inputs, answers and tokens.</summary>
    public const int MaxRequestSize = 8 << 20;

    /// <summary>Largest message from an auditor, in bytes: a verdict's envelope and its salt.</summary>
    public const int MaxReplySize = 32 << 10;

    /// <summary>Longest reason of a decline that is shown, in characters.</summary>
    public const int MaxReasonLength = 512;
}
