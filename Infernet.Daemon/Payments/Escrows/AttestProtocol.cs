using Infernet.Daemon.Payments.Earning;

namespace Infernet.Daemon.Payments.Escrows;

/// <summary>
/// <c>/infernet/attest/1</c>: a payee has a member of the committee sign for an escrow's release. One message and one answer
/// a stream.
/// </summary>
internal static class AttestProtocol
{
    public const string Id = "/infernet/attest/1";

    /// <summary>Largest message, in bytes: an escrow's description, an intent, a voucher.</summary>
    public const int MaxMessageSize = 2_048;

    /// <summary>Longest problem that is put into an answer, in characters.</summary>
    public const int MaxProblemLength = 512;

    /// <summary>Largest answer, in bytes.</summary>
    public const int MaxAnswerSize = 4_096;

    /// <summary>
    /// How much a member listens to. Nobody is known to it beforehand; each message costs it two signatures and a question
    /// to the chain.
    /// </summary>
    public static EarningOptions Limits { get; } = new()
    {
        MaxStreamsPerPeer = 2, MessagesPerMinute = 20, MaxStrangerStreams = 16, StrangerMessagesPerMinute = 300,
    };
}
