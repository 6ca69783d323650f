using System.Buffers;
using System.IO.Pipelines;

namespace Infernet.Libp2p.Yamux;

/// <summary>
/// What a stream has to send: a head (the words of the protocol negotiation) and the pipe that the application fills.
/// The sender takes from both under one lock, so that a reset can't take the memory away meanwhile.
/// </summary>
internal sealed class SendingSide(int maxUnsent, ReadOnlyMemory<byte> head)
{
    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: maxUnsent, resumeWriterThreshold: maxUnsent / 2, useSynchronizationContext: false));

    private readonly Lock _gate = new();
    private ReadOnlyMemory<byte> _head = head;
    private bool _isEnded;

    public PipeWriter Writer => _pipe.Writer;

    /// <summary>Whether there is a head that was not sent yet.</summary>
    public bool HasHead
    {
        get
        {
            lock (_gate)
            {
                return !_head.IsEmpty;
            }
        }
    }

    /// <summary>Adds bytes to be sent in front of the pipe's.</summary>
    public void AppendHead(ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            _head = _head.IsEmpty ? bytes : (byte[])[.. _head.Span, .. bytes.Span];
        }
    }

    /// <summary>Copies what fits, and returns how much that was.</summary>
    /// <param name="destination">Where to; as long as window and message allow.</param>
    /// <param name="hasMore">Whether something is left.</param>
    /// <param name="isEnd">Whether this was the last, so that a FIN follows. True only once.</param>
    public int Take(Span<byte> destination, out bool hasMore, out bool isEnd)
    {
        hasMore = false;
        isEnd = false;
        lock (_gate)
        {
            if (_isEnded)
            {
                return 0;
            }

            int count = Math.Min(_head.Length, destination.Length);
            _head.Span[..count].CopyTo(destination);
            _head = _head[count..];
            hasMore = !_head.IsEmpty;
            if (hasMore || !_pipe.Reader.TryRead(out ReadResult read))
            {
                return count;
            }

            ReadOnlySequence<byte> taken = read.Buffer.Slice(
                0, Math.Min(read.Buffer.Length, destination.Length - count));
            taken.CopyTo(destination[count..]);
            count += (int)taken.Length;
            hasMore = taken.Length < read.Buffer.Length;
            isEnd = read.IsCompleted && !hasMore;
            _pipe.Reader.AdvanceTo(taken.End);
            if (isEnd)
            {
                _isEnded = true;
                _pipe.Reader.Complete();
            }

            return count;
        }
    }

    /// <summary>Ends the output with an error that the writer meets at its next flush.</summary>
    public void Abort(Exception reason)
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                _isEnded = true;
                _pipe.Reader.Complete(reason);
            }
        }
    }
}
