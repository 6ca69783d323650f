using System.IO.Pipelines;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Tests.Support;

namespace Infernet.Libp2p.Tests.Hosting;

internal sealed class StreamTests
{
    private const string Echo = "/test/echo/1";
    private Libp2pHost _dialer = null!;
    private Libp2pHost _listener = null!;

    [SetUp]
    public async Task ConnectAsync()
    {
        (_dialer, _listener) = await TestHosts.StartPairAsync();
        _listener.Handle(Echo, (stream, stop) => stream.Input.CopyToAsync(stream.Output, stop));
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _dialer.DisposeAsync().AsTask().WaitAsync(TestHosts.Patience);
        await _listener.DisposeAsync().AsTask().WaitAsync(TestHosts.Patience);
    }

    [Test]
    public async Task Stream_OfSmallMessage_IsEchoed()
    {
        await using PeerStream stream = await _dialer.OpenStreamAsync(_listener.Id, Echo, CancellationToken.None);

        await stream.Output.WriteAsync("hello"u8.ToArray());
        await stream.CloseWriteAsync();
        byte[] echoed = await Bytes.ReadAllAsync(stream.Input);

        Assert.That(echoed, Is.EqualTo("hello"u8.ToArray()));
    }

    [Test]
    public async Task Input_AdvancedByTheDefaultPosition_KeepsWhatItHas()
    {
        const int Length = 100_000;
        await using PeerStream stream = await _dialer.OpenStreamAsync(_listener.Id, Echo, CancellationToken.None);
        await stream.Output.WriteAsync(new byte[Length]);
        ReadResult read = await stream.Input.ReadAtLeastAsync(Length).AsTask().WaitAsync(TestHosts.Patience);
        Assert.That(read.Buffer.IsSingleSegment, Is.False);

        stream.Input.AdvanceTo(default);

        ReadResult again = await stream.Input.ReadAsync().AsTask().WaitAsync(TestHosts.Patience);
        Assert.That(again.Buffer.Length, Is.EqualTo(Length));
        stream.Input.AdvanceTo(again.Buffer.End);
    }

    [Test]
    public async Task Stream_Of100Megabytes_IsEchoedWhole()
    {
        const int Length = 100 * 1024 * 1024;
        await using PeerStream stream = await _dialer.OpenStreamAsync(_listener.Id, Echo, CancellationToken.None);

        Task writing = Bytes.WritePatternAsync(stream.Output, Length, seed: 1);
        await Bytes.ExpectPatternAsync(stream.Input, Length, seed: 1).WaitAsync(TestHosts.Patience);
        await writing.WaitAsync(TestHosts.Patience);
    }

    [Test]
    public async Task Streams_200OfOneMegabyteAtOnce_AreEchoedWhole()
    {
        const int Length = 1024 * 1024;

        async Task EchoOneAsync(int seed)
        {
            await using PeerStream stream = await _dialer.OpenStreamAsync(_listener.Id, Echo, CancellationToken.None);
            Task writing = Bytes.WritePatternAsync(stream.Output, Length, seed);
            await Bytes.ExpectPatternAsync(stream.Input, Length, seed);
            await writing;
        }

        await Task.WhenAll(Enumerable.Range(0, 200).Select(EchoOneAsync)).WaitAsync(TestHosts.Patience);
    }

    [Test]
    public async Task CloseWrite_OfOneSide_LeavesTheOtherOpen()
    {
        _listener.Handle("/test/late", async (stream, stop) =>
        {
            byte[] request = await Bytes.ReadAllAsync(stream.Input);
            await stream.Output.WriteAsync(request, stop);
        });
        await using PeerStream stream = await _dialer.OpenStreamAsync(
            _listener.Id, "/test/late", CancellationToken.None);
        await stream.Output.WriteAsync("late"u8.ToArray());
        await stream.CloseWriteAsync();

        Assert.That(await Bytes.ReadAllAsync(stream.Input), Is.EqualTo("late"u8.ToArray()));
    }

    [Test]
    public async Task Dispose_BehindAMessage_DeliversTheMessage()
    {
        var received = new TaskCompletionSource<byte[]>();
        _listener.Handle("/test/oneway", async (stream, _) =>
            received.TrySetResult(await Bytes.ReadAllAsync(stream.Input)));
        await using (PeerStream stream = await _dialer.OpenStreamAsync(
            _listener.Id, "/test/oneway", CancellationToken.None))
        {
            await stream.Output.WriteAsync(new byte[100_000]);
        }

        Assert.That(await received.Task.WaitAsync(TestHosts.Patience), Has.Length.EqualTo(100_000));
    }

    [Test]
    public async Task Reset_OfOneSide_SurfacesOnTheOther()
    {
        var seen = new TaskCompletionSource<Exception?>();
        _listener.Handle("/test/reset", async (stream, _) =>
        {
            try
            {
                await Bytes.ReadAllAsync(stream.Input);
                seen.TrySetResult(null);
            }
            catch (Exception reason)
            {
                seen.TrySetResult(reason);
            }
        });
        PeerStream stream = await _dialer.OpenStreamAsync(_listener.Id, "/test/reset", CancellationToken.None);
        await stream.Output.WriteAsync(new byte[1]);
        stream.Reset();

        Assert.That(await seen.Task.WaitAsync(TestHosts.Patience), Is.TypeOf<StreamResetException>());
        Assert.That(async () => await stream.Output.WriteAsync(new byte[1]), Throws.TypeOf<StreamResetException>());
    }

    // A block's message does not fit the initial window; the reader holds all of it until its end is there.
    [Test]
    public async Task Message_Of8Megabytes_IsReadWholeByAReaderThatHoldsAll()
    {
        const int Length = 8 * 1024 * 1024;
        _listener.Handle("/test/big", async (stream, stop) =>
        {
            byte[] message = await Bytes.ReadExactlyAsync(stream.Input, Length);
            await stream.Output.WriteAsync(message, stop);
        });
        await using PeerStream stream = await _dialer.OpenStreamAsync(
            _listener.Id, "/test/big", CancellationToken.None);
        byte[] sent = new byte[Length];
        new Random(8).NextBytes(sent);
        await stream.Output.WriteAsync(sent).AsTask().WaitAsync(TestHosts.Patience);

        Assert.That((await Bytes.ReadExactlyAsync(stream.Input, Length)).AsSpan().SequenceEqual(sent), Is.True);
    }

    [Test]
    public async Task Message_BeyondAllBounds_ResetsTheStreamWithTheReason()
    {
        var seen = new TaskCompletionSource<Exception?>();
        _listener.Handle("/test/huge", async (stream, _) =>
        {
            try
            {
                await Bytes.ReadExactlyAsync(stream.Input, 32 * 1024 * 1024);
                seen.TrySetResult(null);
            }
            catch (Exception reason)
            {
                seen.TrySetResult(reason);
            }
        });
        await using PeerStream stream = await _dialer.OpenStreamAsync(
            _listener.Id, "/test/huge", CancellationToken.None);

        Assert.That(
            async () => await stream.Output.WriteAsync(new byte[32 * 1024 * 1024]).AsTask().WaitAsync(TestHosts.Patience),
            Throws.TypeOf<StreamResetException>());
        Assert.That(
            await seen.Task.WaitAsync(TestHosts.Patience),
            Is.TypeOf<StreamResetException>().With.Message.Contains("waits for more"));
    }

    [Test]
    public async Task SmallRequests_BesideABulkTransfer_AreAnswered()
    {
        await using PeerStream bulk = await _dialer.OpenStreamAsync(_listener.Id, Echo, CancellationToken.None);
        Task writing = Bytes.WritePatternAsync(bulk.Output, 50 * 1024 * 1024, seed: 2);
        Task reading = Bytes.ExpectPatternAsync(bulk.Input, 50 * 1024 * 1024, seed: 2);
        for (int i = 0; i < 20; i++)
        {
            await _dialer.PingAsync(_listener.Id, CancellationToken.None).WaitAsync(TestHosts.Patience);
        }

        await Task.WhenAll(writing, reading).WaitAsync(TestHosts.Patience);
    }

    // Identify has told that the peer speaks it, so the proposal travels with the request.
    [Test]
    public async Task OpenStream_ForKnownProtocol_NeedsNoRoundTrip()
    {
        await TestHosts.IdentifiedAsync(_dialer, _listener.Id);
        await TestHosts.EventuallyAsync(() => Task.FromResult(_dialer.Peers.ProtocolsOf(_listener.Id).Contains(Echo)));
        ValueTask<PeerStream> opening = _dialer.OpenStreamAsync(_listener.Id, Echo, CancellationToken.None);
        Assert.That(opening.IsCompletedSuccessfully, Is.True);

        await using PeerStream stream = await opening;
        await stream.Output.WriteAsync("now"u8.ToArray());
        Assert.That(await Bytes.ReadExactlyAsync(stream.Input, 3), Is.EqualTo("now"u8.ToArray()));
    }

    [Test]
    public async Task OpenStream_ForProtocolThatIsNoLongerServed_SaysSoWhenRead()
    {
        _dialer.Peers.SetIdentity(_listener.Id, ["/test/forgotten"], null);
        await using PeerStream stream = await _dialer.OpenStreamAsync(
            _listener.Id, "/test/forgotten", CancellationToken.None);

        Assert.That(
            async () => await stream.Input.ReadAsync().AsTask().WaitAsync(TestHosts.Patience),
            Throws.TypeOf<ProtocolNotSupportedException>());
    }
}
