using System.Buffers;
using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Libp2p.Noise;
using Infernet.Libp2p.Transport;
using Infernet.Libp2p.Upgrade;
using Infernet.Libp2p.Yamux;

namespace Infernet.Libp2p.Tests.Support;

/// <summary>
/// The other end of a session under test: it sends any frame that a test wants, right or wrong, and sees all that the
/// session sends. The session listens, so this side opens odd ids.
/// </summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly Stream _link;
    private readonly NoiseWriter _writer;
    private readonly NoiseReader _reader;
    private readonly Channel<(FrameHeader Header, byte[] Payload)> _frames =
        Channel.CreateUnbounded<(FrameHeader, byte[])>();
    private readonly Channel<YamuxStream> _inbound = Channel.CreateUnbounded<YamuxStream>();
    private readonly Task _reading;

    private RawPeer(Stream link, Stream sessionLink, YamuxOptions options)
    {
        _link = link;
        byte[] ours = [.. Enumerable.Repeat((byte)1, CipherState.KeyLength)];
        byte[] theirs = [.. Enumerable.Repeat((byte)2, CipherState.KeyLength)];
        _writer = new NoiseWriter(new CipherState(ours));
        _reader = new NoiseReader(new ReceiveBuffer(link), new CipherState(theirs));
        var secured = new SecureLink(
            NodeIdentity.Generate().Id,
            sessionLink,
            new NoiseReader(new ReceiveBuffer(sessionLink), new CipherState(ours)),
            new NoiseWriter(new CipherState(theirs)),
            default);
        Session = new YamuxSession(secured, isDialer: false, options, stream => _inbound.Writer.TryWrite(stream));
        Session.Start();
        _reading = ReadAsync();
    }

    public YamuxSession Session { get; }

    public static async Task<RawPeer> ConnectAsync(YamuxOptions? options = null)
    {
        (Stream first, Stream second) = await SocketPair.ConnectAsync();
        return new RawPeer(first, second, options ?? new YamuxOptions());
    }

    public Task SendAsync(FrameType type, FrameFlags flags, uint stream, uint length, byte[]? payload = null)
    {
        byte[] frame = new byte[FrameHeader.Size + (payload?.Length ?? 0)];
        new FrameHeader(type, flags, stream, length).Write(frame);
        payload?.CopyTo(frame, FrameHeader.Size);
        return SendRawAsync(frame);
    }

    public Task SendDataAsync(uint stream, FrameFlags flags, byte[] payload) =>
        SendAsync(FrameType.Data, flags, stream, (uint)payload.Length, payload);

    /// <summary>Sends plaintext, cut into Noise messages.</summary>
    public async Task SendRawAsync(byte[] plaintext)
    {
        foreach (byte[] part in plaintext.Chunk(60_000))
        {
            await _link.WriteAsync(_writer.Seal(part));
        }
    }

    /// <summary>Sends bytes that are not sealed.</summary>
    public async Task SendUnsealedAsync(byte[] bytes) => await _link.WriteAsync(bytes);

    /// <summary>The next frame that the session sends.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> ReceiveAsync() =>
        await _frames.Reader.ReadAsync().AsTask().WaitAsync(TestHosts.Patience);

    /// <summary>The next frame of a kind that the session sends; others are passed over.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> ReceiveAsync(Func<FrameHeader, bool> wanted)
    {
        while (true)
        {
            (FrameHeader Header, byte[] Payload) frame = await ReceiveAsync();
            if (wanted(frame.Header))
            {
                return frame;
            }
        }
    }

    /// <summary>The next stream that the session took in.</summary>
    public Task<YamuxStream> InboundAsync() => _inbound.Reader.ReadAsync().AsTask().WaitAsync(TestHosts.Patience);

    /// <summary>Waits for the session to end, and returns why it did.</summary>
    public async Task<Exception> EndAsync()
    {
        await Session.Ended.WaitAsync(TestHosts.Patience);
        return Session.CloseReason!;
    }

    /// <summary>Closes this end of the connection.</summary>
    public void Hangup() => _link.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync().AsTask().WaitAsync(TestHosts.Patience);
        await _link.DisposeAsync();
        await _reading.WaitAsync(TestHosts.Patience);
    }

    private async Task ReadAsync()
    {
        var parser = new FrameParser();
        var payload = new ArrayBufferWriter<byte>();
        try
        {
            do
            {
                while (_reader.TryReadMessage())
                {
                    Parse(parser, payload, _reader.TakeAll().Span);
                }
            }
            while (await _reader.ReceiveAsync(CancellationToken.None));
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException)
        {
        }

        _frames.Writer.Complete();
    }

    private void Parse(FrameParser parser, ArrayBufferWriter<byte> payload, ReadOnlySpan<byte> input)
    {
        while (parser.TryRead(ref input, out FramePiece piece))
        {
            payload.Write(piece.Payload);
            if (piece.IsLast)
            {
                _frames.Writer.TryWrite((piece.Header, payload.WrittenSpan.ToArray()));
                payload.ResetWrittenCount();
            }
        }
    }
}
