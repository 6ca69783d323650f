using Infernet.Core.Schemas.Kad;

namespace Infernet.Dht.Protocol;

/// <summary>What came of a request: an answer, or the stage where it failed and why.</summary>
internal readonly record struct KadReply(Message? Answer, KadFailure Failure, string Detail)
{
    public static KadReply Answered(Message answer) => new(answer, KadFailure.None, "");

    /// <summary>A message without an answer has been taken.</summary>
    public static KadReply Taken { get; } = new(null, KadFailure.None, "");

    public static KadReply Failed(KadFailure failure, string detail) => new(null, failure, detail);

    public bool IsFailure => Failure != KadFailure.None;
}
