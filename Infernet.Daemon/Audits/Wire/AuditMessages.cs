using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Audits.Wire;

/// <summary>Wraps the protocol's bodies into messages.</summary>
internal static class AuditMessages
{
    public static AuditMessage RevealRequest => new() { RevealRequest = new RevealRequest() };

    public static AuditMessage Of(AuditRequest request) => new() { Request = request };

    public static AuditMessage Of(VerdictAcknowledged acknowledged) => new() { Acknowledged = acknowledged };

    public static AuditMessage Of(AuditDecline decline) => new() { Decline = decline };

    public static AuditMessage Decline(AuditDecline.Types.Reason reason, string message) =>
        new() { Decline = new AuditDecline { Reason = reason, Message = message } };

    public static AuditMessage Commitment(byte[] hash) =>
        new() { Commitment = new AuditCommitment { Hash = UnsafeByteOperations.UnsafeWrap(hash) } };

    public static AuditMessage Reveal(byte[] salt, byte[] envelope) => new()
    {
        Reveal = new Reveal
        {
            Salt = UnsafeByteOperations.UnsafeWrap(salt), VerdictEnvelope = UnsafeByteOperations.UnsafeWrap(envelope),
        },
    };
}
