using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Challenges.Wire;

/// <summary>Wraps the protocol's bodies into messages.</summary>
internal static class ChallengeMessages
{
    public static ChallengeMessage Of(ChallengeRequest request) => new() { Request = request };

    public static ChallengeMessage Of(ChallengeDecline decline) => new() { Decline = decline };

    public static ChallengeMessage Of(ChallengeAnswer answer) => new() { Answer = answer };

    public static ChallengeMessage Ready() => new() { Ready = new ChallengeReady() };

    public static ChallengeMessage Round(byte[] seed) =>
        new() { Round = new ChallengeRound { Seed = UnsafeByteOperations.UnsafeWrap(seed) } };

    public static ChallengeMessage Commitment(byte[] root) =>
        new() { Commitment = new ChallengeCommitment { Root = UnsafeByteOperations.UnsafeWrap(root) } };

    public static ChallengeMessage Opening(byte[] seed) =>
        new() { Opening = new ChallengeOpening { Seed = UnsafeByteOperations.UnsafeWrap(seed) } };

    public static ChallengeMessage Result(byte[] envelope) => new()
    {
        Conclusion = new ChallengeConclusion { ResultEnvelope = UnsafeByteOperations.UnsafeWrap(envelope) },
    };

    public static ChallengeMessage NoResult(string reason) =>
        new() { Conclusion = new ChallengeConclusion { Reason = reason } };

    public static ChallengeDecline Decline(
        ChallengeDecline.Types.Reason reason, string message, long largest = 0) =>
        new() { Reason = reason, Message = message, LargestSize = (ulong)largest };

    /// <summary>The shape that a request asks for; its fields are not checked.</summary>
    public static Execution.Challenges.ChallengeShape ShapeOf(ChallengeRequest request) => new()
    {
        Kernel = request.Kernel,
        Size = (long)Math.Min(request.Size, long.MaxValue),
        Lanes = (int)Math.Min(request.Lanes, int.MaxValue),
        Steps = (long)Math.Min(request.Steps, long.MaxValue),
        Openings = (int)Math.Min(request.Openings, int.MaxValue),
    };
}
