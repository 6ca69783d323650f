using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Ping;
using Infernet.Libp2p.Tests.Support;

namespace Infernet.Libp2p.Tests.Ping;

internal sealed class PingProtocolTests
{
    private Libp2pHost _client = null!;
    private Libp2pHost _server = null!;

    [SetUp]
    public async Task ConnectAsync() => (_client, _server) = await TestHosts.StartPairAsync();

    [TearDown]
    public async Task CloseAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Ping_OfPeer_TakesTime() => Assert.That(
        await _client.PingAsync(_server.Id, CancellationToken.None).WaitAsync(TestHosts.Patience),
        Is.GreaterThan(TimeSpan.Zero));

    [Test]
    public async Task Ping_ThatComesBackChanged_Throws()
    {
        _server.Handle(PingProtocol.Id, async (stream, stop) =>
        {
            byte[] payload = await Bytes.ReadExactlyAsync(stream.Input, PingProtocol.PayloadLength);
            payload[0] ^= 1;
            await stream.Output.WriteAsync(payload, stop);
        });

        Assert.That(
            async () => await _client.PingAsync(_server.Id, CancellationToken.None).WaitAsync(TestHosts.Patience),
            Throws.TypeOf<IOException>().With.Message.Contains("ping"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task Echo_OfManyPingsOnOneStream_AnswersEach()
    {
        await using PeerStream stream = await _client.OpenStreamAsync(
            _server.Id, PingProtocol.Id, CancellationToken.None);
        for (byte i = 0; i < 5; i++)
        {
            byte[] payload = [.. Enumerable.Repeat(i, PingProtocol.PayloadLength)];
            await stream.Output.WriteAsync(payload);

            Assert.That(await Bytes.ReadExactlyAsync(stream.Input, payload.Length), Is.EqualTo(payload));
        }
    }
}
