using Infernet.Core.Schemas;

namespace Infernet.Daemon.Audits.Serving;

/// <summary>What an auditor does about a message.</summary>
internal abstract record AuditStep
{
    /// <summary>Judge this, then tell the session.</summary>
    public sealed record Judge(AuditRequest Request, ServedAuditor By) : AuditStep;

    /// <summary>Send this.</summary>
    public sealed record Reply(AuditMessage Message) : AuditStep;

    /// <summary>Send this, and close.</summary>
    public sealed record Close(AuditMessage Message) : AuditStep;

    /// <summary>The verdict was signed for: all is done.</summary>
    public sealed record Done : AuditStep;

    /// <summary>The other side broke the protocol: reset the stream.</summary>
    public sealed record Violation(string Reason) : AuditStep;
}
