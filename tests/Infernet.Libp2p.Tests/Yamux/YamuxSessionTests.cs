using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Tests.Support;
using Infernet.Libp2p.Yamux;

namespace Infernet.Libp2p.Tests.Yamux;

internal sealed class YamuxSessionTests
{
    private RawPeer _peer = null!;

    [SetUp]
    public async Task ConnectAsync() => _peer = await RawPeer.ConnectAsync();

    [TearDown]
    public async Task CloseAsync() => await _peer.DisposeAsync();

    [Test]
    public async Task Bytes_ThatAreNotSealed_EndTheConnection()
    {
        await _peer.SendUnsealedAsync([0, 20, .. new byte[20]]);

        Assert.That((await _peer.EndAsync()).Message, Does.Contain("not authentic"));
    }

    [Test]
    public async Task Frame_OfUnknownVersion_EndsTheConnectionWithAProtocolError()
    {
        await _peer.SendRawAsync([1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]);

        await ExpectProtocolErrorAsync("version 1");
    }

    [Test]
    public async Task Frame_CutOffByTheEnd_EndsTheConnection()
    {
        await _peer.SendRawAsync([0, 0, 0]);
        _peer.Hangup();

        Assert.That(await _peer.EndAsync(), Is.InstanceOf<IOException>());
    }

    [Test]
    public async Task Data_OnStreamThatWasNeverOpened_EndsTheConnection([Values(2u, 3u)] uint id)
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, [1]);
        await _peer.SendDataAsync(id, FrameFlags.None, [1]);

        await ExpectProtocolErrorAsync("never opened");
    }

    [Test]
    public async Task Syn_OnIdOfOurs_EndsTheConnection()
    {
        await _peer.SendDataAsync(2, FrameFlags.Syn, [1]);

        await ExpectProtocolErrorAsync("an id of ours");
    }

    [Test]
    public async Task Syn_OnIdInUse_EndsTheConnection()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, [1]);
        await _peer.SendDataAsync(1, FrameFlags.Syn, [1]);

        await ExpectProtocolErrorAsync("twice");
    }

    [Test]
    public async Task Data_BeyondTheWindow_EndsTheConnection()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, new byte[SendWindow.Initial + 1]);

        await ExpectProtocolErrorAsync("overran the window");
    }

    [Test]
    public async Task Data_OfAbsurdLength_EndsTheConnectionAtTheWindow()
    {
        await _peer.SendAsync(FrameType.Data, FrameFlags.Syn, 1, uint.MaxValue, new byte[SendWindow.Initial + 1]);

        await ExpectProtocolErrorAsync("overran the window");
    }

    [Test]
    public async Task Data_BehindFin_ResetsTheStreamAlone()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn | FrameFlags.Fin, [1]);
        await _peer.SendDataAsync(1, FrameFlags.None, [1]);

        await _peer.ReceiveAsync(h => h.StreamId == 1 && h.Flags.HasFlag(FrameFlags.Reset));
        await ExpectAliveAsync();
    }

    [Test]
    public async Task Data_OnStreamThatIsOver_IsIgnored()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, [1]);
        await _peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Reset, 1, 0);
        await _peer.SendDataAsync(1, FrameFlags.None, [1]);

        await ExpectAliveAsync();
    }

    [Test]
    public async Task WindowUpdate_BeyondFourGigabytes_ResetsTheStreamAlone()
    {
        await _peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 1, uint.MaxValue);

        await _peer.ReceiveAsync(h => h.StreamId == 1 && h.Flags.HasFlag(FrameFlags.Reset));
        await ExpectAliveAsync();
    }

    [Test]
    public async Task EmptyFrames_InAFlood_EndTheConnection()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, []);
        byte[] empty = [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        await _peer.SendRawAsync([.. Enumerable.Repeat(empty, 11_000).SelectMany(f => f)]);

        await ExpectProtocolErrorAsync("empty frames");
    }

    [Test]
    public async Task Ping_OfPeer_IsAnsweredWithItsValue()
    {
        await _peer.SendAsync(FrameType.Ping, FrameFlags.Syn, 0, 77);

        (FrameHeader header, _) = await _peer.ReceiveAsync();
        Assert.That(header, Is.EqualTo(new FrameHeader(FrameType.Ping, FrameFlags.Ack, 0, 77)));
    }

    [Test]
    public async Task Stream_OfPeer_IsAcknowledgedWithItsFirstAnswer()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, [1, 2, 3]);
        YamuxStream stream = await _peer.InboundAsync();
        Assert.That(await Bytes.ReadExactlyAsync(stream.Input, 3), Is.EqualTo(new byte[] { 1, 2, 3 }));
        await stream.Output.WriteAsync(new byte[] { 4 });

        (FrameHeader header, byte[] payload) = await _peer.ReceiveAsync();
        Assert.That(header, Is.EqualTo(new FrameHeader(FrameType.Data, FrameFlags.Ack, 1, 1)));
        Assert.That(payload, Is.EqualTo(new byte[] { 4 }));
    }

    [Test]
    public async Task Reset_ByPeer_SurfacesOnBothSidesOfTheStream()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, []);
        YamuxStream stream = await _peer.InboundAsync();
        await _peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Reset, 1, 0);

        Assert.That(
            async () => await stream.Input.ReadAsync().AsTask().WaitAsync(TestHosts.Patience),
            Throws.TypeOf<StreamResetException>());
        Assert.That(
            async () => await stream.Output.WriteAsync(new byte[1]).AsTask().WaitAsync(TestHosts.Patience),
            Throws.TypeOf<StreamResetException>());
        Assert.That(_peer.Session.StreamCount, Is.Zero);
    }

    [Test]
    public async Task Flush_WithoutWindow_WaitsForThePeer()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, []);
        YamuxStream stream = await _peer.InboundAsync();
        Task writing = stream.Output.WriteAsync(new byte[2 * 1024 * 1024]).AsTask();
        long received = 0;
        while (received < SendWindow.Initial)
        {
            received += (await _peer.ReceiveAsync()).Payload.Length;
        }

        // A ping overtakes the stream that waits, and shows that nothing more came.
        await _peer.SendAsync(FrameType.Ping, FrameFlags.Syn, 0, 1);
        Assert.That((await _peer.ReceiveAsync()).Header.Type, Is.EqualTo(FrameType.Ping));
        Assert.That(writing.IsCompleted, Is.False);

        await _peer.SendAsync(FrameType.WindowUpdate, FrameFlags.None, 1, 2 * 1024 * 1024);
        await writing.WaitAsync(TestHosts.Patience);
    }

    [Test]
    public async Task Streams_BeyondTheLimit_AreReset()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(new YamuxOptions { MaxInboundStreams = 2 });
        foreach (uint id in (uint[])[1, 3, 5])
        {
            await peer.SendDataAsync(id, FrameFlags.Syn, []);
        }

        (FrameHeader header, _) = await peer.ReceiveAsync(h => h.Flags.HasFlag(FrameFlags.Reset));
        Assert.That(header.StreamId, Is.EqualTo(5));
        Assert.That(peer.Session.StreamCount, Is.EqualTo(2));
    }

    [Test]
    public async Task Open_BeyondTheAckBacklog_WaitsForAnAcknowledgement()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(new YamuxOptions { MaxAckBacklog = 1 });
        YamuxStream first = await peer.Session.OpenAsync("head"u8.ToArray(), CancellationToken.None);
        first.SendHead();
        Task<YamuxStream> second = peer.Session.OpenAsync(default, CancellationToken.None).AsTask();
        Assert.That((await peer.ReceiveAsync()).Header.Flags, Is.EqualTo(FrameFlags.Syn));
        Assert.That(second.IsCompleted, Is.False);

        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Ack, first.Id, 0);
        Assert.That((await second.WaitAsync(TestHosts.Patience)).Id, Is.EqualTo(first.Id + 2));
    }

    [Test]
    public async Task Data_BeyondWhatAConnectionMayHold_ResetsItsStreamAlone()
    {
        await using RawPeer peer = await RawPeer.ConnectAsync(new YamuxOptions { MaxUnread = 100_000 });
        await peer.SendDataAsync(1, FrameFlags.Syn, new byte[80_000]);
        YamuxStream first = await peer.InboundAsync();
        await peer.SendDataAsync(3, FrameFlags.Syn, new byte[80_000]);
        await peer.ReceiveAsync(h => h.StreamId == 3 && h.Flags.HasFlag(FrameFlags.Reset));

        // What is read, or given up, makes room again.
        Assert.That(await Bytes.ReadExactlyAsync(first.Input, 80_000), Has.Length.EqualTo(80_000));
        await peer.SendDataAsync(5, FrameFlags.Syn, new byte[80_000]);
        await peer.InboundAsync();
        (await peer.InboundAsync()).Linger();
        await peer.SendDataAsync(7, FrameFlags.Syn | FrameFlags.Fin, new byte[80_000]);
        Assert.That(await Bytes.ReadAllAsync((await peer.InboundAsync()).Input), Has.Length.EqualTo(80_000));
    }

    [Test]
    public async Task GoAway_WithAnError_EndsTheConnection()
    {
        await _peer.SendAsync(FrameType.GoAway, FrameFlags.None, 0, 1);

        Assert.That((await _peer.EndAsync()).Message, Does.Contain("broke the protocol"));
        Assert.That(
            async () => await _peer.Session.OpenAsync(default, CancellationToken.None),
            Throws.TypeOf<StreamResetException>());
    }

    [Test]
    public async Task GoAway_WithOpenStreams_LetsThemEndButOpensNoMore()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, []);
        YamuxStream stream = await _peer.InboundAsync();
        await _peer.SendAsync(FrameType.GoAway, FrameFlags.None, 0, 0);
        await _peer.SendDataAsync(1, FrameFlags.Fin, [9]);

        Assert.That(await Bytes.ReadAllAsync(stream.Input), Is.EqualTo(new byte[] { 9 }));
        Assert.That(
            async () => await _peer.Session.OpenAsync(default, CancellationToken.None),
            Throws.TypeOf<StreamResetException>());
    }

    [Test]
    public async Task Close_WithOpenStreams_SaysGoAwayAndResetsThem()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, []);
        YamuxStream stream = await _peer.InboundAsync();
        await _peer.Session.CloseAsync(GoAwayCode.Normal, "enough").WaitAsync(TestHosts.Patience);

        (FrameHeader header, _) = await _peer.ReceiveAsync(h => h.Type == FrameType.GoAway);
        Assert.That(header.Length, Is.Zero);
        Assert.That(
            async () => await stream.Input.ReadAsync(),
            Throws.TypeOf<StreamResetException>().With.Message.Contains("enough"));
    }

    [Test]
    public async Task Linger_WhilePeerGoesOnSending_ResetsTheStream()
    {
        await _peer.SendDataAsync(1, FrameFlags.Syn, []);
        YamuxStream stream = await _peer.InboundAsync();
        stream.Linger();
        for (int i = 0; i < 5; i++)
        {
            await _peer.SendDataAsync(1, FrameFlags.None, new byte[100_000]);
            if (i < 2)
            {
                await _peer.SendAsync(FrameType.Ping, FrameFlags.Syn, 0, 1);
                await _peer.ReceiveAsync(h => h.Type == FrameType.Ping);
            }
        }

        await _peer.ReceiveAsync(h => h.StreamId == 1 && h.Flags.HasFlag(FrameFlags.Reset));
        await ExpectAliveAsync();
    }

    [Test]
    public async Task Linger_WithoutThePeersEnd_EndsByTheClock()
    {
        var time = new ManualTime();
        await using RawPeer peer = await RawPeer.ConnectAsync(new YamuxOptions { Time = time });
        await peer.SendDataAsync(1, FrameFlags.Syn, []);
        (await peer.InboundAsync()).Linger();
        time.Advance(TimeSpan.FromSeconds(31));
        peer.Session.Tick();

        await peer.ReceiveAsync(h => h.StreamId == 1 && h.Flags.HasFlag(FrameFlags.Reset));
        Assert.That(peer.Session.StreamCount, Is.Zero);
    }

    [Test]
    public async Task Silence_OfPeer_IsAskedAboutAndThenEndsTheConnection()
    {
        var time = new ManualTime();
        await using RawPeer peer = await RawPeer.ConnectAsync(new YamuxOptions { Time = time });
        time.Advance(TimeSpan.FromSeconds(31));
        peer.Session.Tick();
        Assert.That((await peer.ReceiveAsync()).Header.Type, Is.EqualTo(FrameType.Ping));
        time.Advance(TimeSpan.FromSeconds(21));
        peer.Session.Tick();

        Assert.That((await peer.EndAsync()).Message, Does.Contain("keep-alives"));
    }

    [Test]
    public async Task Frames_OfAnyBytes_EndInAProtocolErrorAtMost()
    {
        var random = new Random(77);
        for (int round = 0; round < 30; round++)
        {
            await using RawPeer peer = await RawPeer.ConnectAsync();
            byte[] garbage = new byte[random.Next(200)];
            random.NextBytes(garbage);
            garbage.AsSpan(0, Math.Min(3, garbage.Length)).Clear();
            await peer.SendRawAsync(garbage);
            peer.Hangup();

            Assert.That(await peer.EndAsync(), Is.InstanceOf<IOException>());
        }
    }

    private async Task ExpectProtocolErrorAsync(string reason)
    {
        (FrameHeader header, _) = await _peer.ReceiveAsync(h => h.Type == FrameType.GoAway);
        Assert.That(header.Length, Is.EqualTo((uint)GoAwayCode.ProtocolError));
        Assert.That((await _peer.EndAsync()).Message, Does.Contain(reason));
    }

    private async Task ExpectAliveAsync()
    {
        await _peer.SendAsync(FrameType.Ping, FrameFlags.Syn, 0, 99);
        await _peer.ReceiveAsync(h => h is { Type: FrameType.Ping, Length: 99 });
    }
}
