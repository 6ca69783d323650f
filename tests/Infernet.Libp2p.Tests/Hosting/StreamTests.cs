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
}
