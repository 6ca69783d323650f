using System.Buffers;
using Infernet.Libp2p.Noise;

namespace Infernet.Libp2p.Yamux;

/// <summary>
/// The sending half of a connection. Streams that have something to say stand in line once each and take turns, so
/// that a bulk transfer does not hold up small requests; what several of them say goes out as one Noise message and
/// one write. There is no thread that waits to send: whoever schedules a stream while nobody sends does the first
/// write itself, which saves a small request the hop to another thread, and what is left goes on in the background.
/// </summary>
internal sealed class FrameSender(
    Stream link, NoiseWriter writer, ReadOnlyMemory<byte> preamble, YamuxOptions options, Action<Exception> onFailure)
{
    /// <summary>One pooled buffer: a Noise message of nearly full size with its frame.</summary>
    private const int BufferLength = 64 * 1024;

    private const int MaxPlaintext = BufferLength - NoiseWriter.Overhead;

    /// <summary>What a stream may send in its turn while others wait, in bytes.</summary>
    private const int SharedTurn = 16 * 1024;

    /// <summary>Below this much room in the message the next stream waits for the next message.</summary>
    private const int MinRoom = 512;

    private readonly Lock _gate = new();
    private readonly Queue<YamuxStream> _line = new();
    private readonly Queue<FrameHeader> _control = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> _preamble = preamble;
    private bool _isSending;
    private bool _isClosing;

    /// <summary>Puts a stream in line and sees to it that somebody sends.</summary>
    public void Schedule(YamuxStream stream)
    {
        Enqueue(stream);
        Kick();
    }

    /// <summary>Puts a stream in line; the read loop kicks once behind all that it received.</summary>
    public void Enqueue(YamuxStream stream)
    {
        lock (_gate)
        {
            if (!stream.IsQueued && !_isClosing)
            {
                stream.IsQueued = true;
                _line.Enqueue(stream);
            }
        }
    }

    /// <summary>Queues a frame that belongs to no open stream; it overtakes all streams.</summary>
    /// <exception cref="YamuxConnectionException">The peer provokes answers faster than it reads them.</exception>
    public void Enqueue(FrameHeader control)
    {
        lock (_gate)
        {
            if (_control.Count >= options.MaxQueuedControlFrames)
            {
                throw new YamuxConnectionException(
                    GoAwayCode.ProtocolError, "Yamux: the peer provokes more answers than it reads.");
            }

            if (!_isClosing)
            {
                _control.Enqueue(control);
            }
        }
    }

    /// <summary>Starts sending what is in line, unless somebody sends already.</summary>
    public void Kick()
    {
        lock (_gate)
        {
            if (_isSending || !HasWork())
            {
                return;
            }

            _isSending = true;
        }

        // The task needs no owner's eye: it catches all, reports to the session, and _stopped tells of its end.
        _ = SendAsync();
    }

    /// <summary>Drops what is in line, sends a go-away, and lets nothing follow it.</summary>
    public void Close(GoAwayCode code)
    {
        lock (_gate)
        {
            if (_isClosing)
            {
                return;
            }

            _line.Clear();
            _control.Enqueue(new FrameHeader(FrameType.GoAway, FrameFlags.None, 0, (uint)code));
            _isClosing = true;
        }

        Kick();
    }

    /// <summary>Ends when the last write after <see cref="Close"/> has ended, well or not.</summary>
    public Task Stopped => _stopped.Task;

    private bool HasWork() => _control.Count > 0 || _line.Count > 0 || !_preamble.IsEmpty;

    private async Task SendAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            bool isBorrowed = true;
            int length;
            while ((length = FillMessage(buffer)) > 0)
            {
                await link.WriteAsync(buffer.AsMemory(0, length)).ConfigureAwait(false);
                if (isBorrowed)
                {
                    isBorrowed = false;
                    if (HasMore())
                    {
                        // The caller did one write for itself; the rest must not be its burden.
                        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    }
                }
            }
        }
        catch (Exception reason)
        {
            // Whatever it is: streams that wait to be sent must not wait for ever.
            StopAfterFailure();
            onFailure(reason);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool HasMore()
    {
        lock (_gate)
        {
            return HasWork();
        }
    }

    // Gathers one message, seals it in place, and returns the bytes to write; 0 ends the sending.
    private int FillMessage(byte[] buffer)
    {
        while (true)
        {
            int start = TakePreamble(buffer);
            Span<byte> frame = buffer.AsSpan(start);
            int length = FillPlaintext(frame.Slice(NoiseWriter.PlaintextOffset, MaxPlaintext - start));
            if (length > 0)
            {
                return start + writer.Seal(frame, length);
            }

            if (start > 0 || TryStop())
            {
                return start;
            }
        }
    }

    private int FillPlaintext(Span<byte> plaintext)
    {
        int length = TakeControl(plaintext);
        while (plaintext.Length - length > MinRoom && TakeNext(out YamuxStream? stream, out bool isAlone))
        {
            int share = isAlone ? MaxPlaintext : SharedTurn;
            length += stream!.WriteFrames(plaintext[length..], share, out bool hasMore);
            if (hasMore)
            {
                Enqueue(stream);
            }
        }

        return length;
    }

    private int TakePreamble(byte[] buffer)
    {
        int length = _preamble.Length;
        _preamble.CopyTo(buffer);
        _preamble = default;
        return length;
    }

    private int TakeControl(Span<byte> space)
    {
        int length = 0;
        lock (_gate)
        {
            while (space.Length - length > MinRoom && _control.TryDequeue(out FrameHeader header))
            {
                header.Write(space[length..]);
                length += FrameHeader.Size;
            }
        }

        return length;
    }

    private bool TakeNext(out YamuxStream? stream, out bool isAlone)
    {
        lock (_gate)
        {
            bool has = _line.TryDequeue(out stream);
            isAlone = _line.Count == 0;
            if (has)
            {
                stream!.IsQueued = false;
            }

            return has;
        }
    }

    // "Nothing to send" and "nobody sends" must become true together, or a stream could wait for ever.
    private bool TryStop()
    {
        lock (_gate)
        {
            if (HasWork())
            {
                return false;
            }

            _isSending = false;
            if (_isClosing)
            {
                _stopped.TrySetResult();
            }

            return true;
        }
    }

    private void StopAfterFailure()
    {
        lock (_gate)
        {
            _isClosing = true;
            _line.Clear();
            _control.Clear();
            _preamble = default;
            _isSending = false;
            _stopped.TrySetResult();
        }
    }
}
