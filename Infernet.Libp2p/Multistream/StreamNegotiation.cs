using System.Buffers;
using System.IO.Pipelines;

namespace Infernet.Libp2p.Multistream;

/// <summary>Drives a negotiation over a stream's reader.</summary>
internal static class StreamNegotiation
{
    /// <summary>Reads the peer's answers until it has agreed or refused.</summary>
    /// <exception cref="MultistreamException">The peer does not follow the protocol.</exception>
    public static async ValueTask InitiateAsync(
        PipeReader reader, MultistreamInitiator negotiation, CancellationToken cancellationToken)
    {
        while (!negotiation.IsDone)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            Advance(reader, read, negotiation);
            if (read.IsCompleted && !negotiation.IsDone)
            {
                throw new MultistreamException("The peer closed the stream before it agreed to a protocol.");
            }
        }
    }

    /// <summary>Takes the answers that are here already; false if the negotiation needs more.</summary>
    public static bool TryInitiate(PipeReader reader, MultistreamInitiator negotiation)
    {
        if (!negotiation.IsDone && reader.TryRead(out ReadResult read))
        {
            Advance(reader, read, negotiation);
        }

        return negotiation.IsDone;
    }

    /// <summary>Takes proposals until one is spoken; answers pass through <paramref name="reply"/>.</summary>
    /// <returns>Whether the peer has sent more behind its proposal, so that it does not wait for our answer.</returns>
    /// <exception cref="MultistreamException">The peer does not follow the protocol, or leaves.</exception>
    public static async ValueTask<bool> RespondAsync(
        PipeReader reader, MultistreamResponder negotiation, Action<ReadOnlyMemory<byte>, bool> reply,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> rest = read.Buffer;
            bool hasAnswered = false;
            while (negotiation.Protocol is null && TryTake(ref rest, out string message))
            {
                reply(negotiation.Receive(message), false);
                hasAnswered = true;
            }

            bool isDone = negotiation.Protocol is not null;
            reader.AdvanceTo(rest.Start, isDone ? rest.Start : rest.End);
            if (isDone)
            {
                return !rest.IsEmpty || read.IsCompleted;
            }

            if (read.IsCompleted)
            {
                throw new MultistreamException("The peer closed the stream before a protocol was agreed on.");
            }

            if (hasAnswered)
            {
                reply(default, true);
            }
        }
    }

    private static void Advance(PipeReader reader, ReadResult read, MultistreamInitiator negotiation)
    {
        ReadOnlySequence<byte> rest = read.Buffer;
        while (!negotiation.IsDone && TryTake(ref rest, out string message))
        {
            negotiation.Receive(message);
        }

        reader.AdvanceTo(rest.Start, negotiation.IsDone ? rest.Start : rest.End);
    }

    private static bool TryTake(ref ReadOnlySequence<byte> rest, out string message)
    {
        message = "";
        if (rest.IsEmpty || !MultistreamMessage.TryRead(rest, out message, out int consumed))
        {
            return false;
        }

        rest = rest.Slice(consumed);
        return true;
    }
}
