using System.Net.Sockets;
using Infernet.Core.Identity;
using Infernet.Libp2p.Multistream;
using Infernet.Libp2p.Noise;
using Infernet.Libp2p.Tests.Support;
using Infernet.Libp2p.Upgrade;

namespace Infernet.Libp2p.Tests.Upgrade;

internal sealed class UpgraderTests
{
    private readonly NodeIdentity _node = NodeIdentity.Generate();
    private NetworkStream _ours = null!;
    private NetworkStream _theirs = null!;

    [SetUp]
    public async Task ConnectAsync() => (_ours, _theirs) = await SocketPair.ConnectAsync();

    [TearDown]
    public void Close()
    {
        _ours.Dispose();
        _theirs.Dispose();
    }

    [Test]
    public async Task Upgrade_OfBothSides_ProvesEachToTheOther()
    {
        NodeIdentity other = NodeIdentity.Generate();
        Task<SecureLink> dialing = new Upgrader(_node).DialAsync(_ours, other.Id, CancellationToken.None);
        Task<SecureLink> accepting = new Upgrader(other).AcceptAsync(_theirs, CancellationToken.None);

        // The end of the dialer's handshake travels with its first frames; here there are none.
        using SecureLink dialed = await dialing.WaitAsync(TestHosts.Patience);
        await _ours.WriteAsync(dialed.Preamble);
        using SecureLink accepted = await accepting.WaitAsync(TestHosts.Patience);

        Assert.That((dialed.Remote, accepted.Remote), Is.EqualTo((other.Id, _node.Id)));
    }

    [Test]
    public async Task Dial_OfAnotherPeerThanExpected_NamesBoth()
    {
        NodeIdentity other = NodeIdentity.Generate();
        PeerId expected = NodeIdentity.Generate().Id;
        Task<SecureLink> accepting = new Upgrader(other).AcceptAsync(_theirs, CancellationToken.None);

        Assert.That(
            async () => await new Upgrader(_node).DialAsync(_ours, expected, CancellationToken.None),
            Throws.TypeOf<UpgradeException>()
                .With.Message.Contains(expected.ToString()).And.Message.Contains(other.Id.ToString()));
        _ours.Dispose();
        Assert.That(async () => await accepting.WaitAsync(TestHosts.Patience), Throws.TypeOf<UpgradeException>());
        await Task.CompletedTask;
    }

    [TestCase("GET / HTTP/1.1\r\n\r\n", UpgradeStage.SecurityNegotiation)]
    [TestCase("\x13/multistream/2.0.0\n", UpgradeStage.SecurityNegotiation)]
    [TestCase("", UpgradeStage.SecurityNegotiation)]
    [TestCase("\x13/multistream/1.0.0\n\x03na\n", UpgradeStage.SecurityNegotiation)]
    [TestCase("\x13/multistream/1.0.0\n\x07/noise\n", UpgradeStage.NoiseHandshake)]
    [TestCase("\x13/multistream/1.0.0\n\x07/noise\n\x7f\x7fxx", UpgradeStage.NoiseHandshake)]
    [TestCase("\x13/multistream/1.0.0\n\x07/noise\n\x00\x04xxxx", UpgradeStage.NoiseHandshake)]
    public async Task Dial_OfPeerThatSaysThis_FailsAtItsStage(string answer, object stage)
    {
        Task<SecureLink> dialing = new Upgrader(_node).DialAsync(_ours, null, CancellationToken.None);
        await _theirs.WriteAsync((byte[])[.. answer.Select(c => (byte)c)]);
        _theirs.Socket.Shutdown(SocketShutdown.Send);

        UpgradeException? failure = await Assert.ThrowsAsync<UpgradeException>(
            () => dialing.WaitAsync(TestHosts.Patience));
        Assert.That(failure!.Stage, Is.EqualTo(stage));
    }

    [Test]
    public async Task Accept_OfAnyBytes_FailsWithAStage()
    {
        var random = new Random(3);
        byte[] honest = [.. MultistreamMessage.Encode(MultistreamMessage.Header, "/noise"), 0, 32, .. new byte[32]];
        for (int round = 0; round < 60; round++)
        {
            (NetworkStream ours, NetworkStream theirs) = await SocketPair.ConnectAsync();
            using (ours)
            using (theirs)
            {
                byte[] garbage = new byte[random.Next(120)];
                random.NextBytes(garbage);
                byte[] sent = [.. honest[..random.Next(honest.Length + 1)], .. garbage];
                Task<SecureLink> accepting = new Upgrader(_node).AcceptAsync(ours, CancellationToken.None);
                await theirs.WriteAsync(sent);
                theirs.Socket.Shutdown(SocketShutdown.Send);

                Assert.That(
                    async () => await accepting.WaitAsync(TestHosts.Patience), Throws.TypeOf<UpgradeException>());
            }
        }
    }

    [Test]
    public async Task Accept_OfPeerThatSaysNothing_EndsWithTheToken()
    {
        using var stop = new CancellationTokenSource();
        Task<SecureLink> accepting = new Upgrader(_node).AcceptAsync(_ours, stop.Token);
        await stop.CancelAsync();

        Assert.That(
            async () => await accepting.WaitAsync(TestHosts.Patience),
            Throws.TypeOf<UpgradeException>().With.Message.Contains("no answer in time"));
    }

    [Test]
    public async Task Accept_OfForeignSignature_FailsInTheHandshake()
    {
        Task<SecureLink> accepting = new Upgrader(_node).AcceptAsync(_ours, CancellationToken.None);
        var identity = new NoiseIdentity(NodeIdentity.Generate(), ["/yamux/1.0.0"]);
        await RunInitiatorAsync(KeyPair.Generate(), identity.Payload.ToArray());

        UpgradeException? failure = await Assert.ThrowsAsync<UpgradeException>(
            () => accepting.WaitAsync(TestHosts.Patience));
        Assert.That(failure!.Stage, Is.EqualTo(UpgradeStage.NoiseHandshake));
        Assert.That(failure.Message, Does.Contain("did not sign"));
    }

    [Test]
    public async Task Accept_OfPeerWithOtherMuxersAlone_FailsAtTheMuxer()
    {
        Task<SecureLink> accepting = new Upgrader(_node).AcceptAsync(_ours, CancellationToken.None);
        var identity = new NoiseIdentity(NodeIdentity.Generate(), ["/mplex/6.7.0"]);
        await RunInitiatorAsync(identity.Static, identity.Payload.ToArray());

        UpgradeException? failure = await Assert.ThrowsAsync<UpgradeException>(
            () => accepting.WaitAsync(TestHosts.Patience));
        Assert.That(failure!.Stage, Is.EqualTo(UpgradeStage.MuxerNegotiation));
    }

    [Test]
    public async Task Accept_OfPeerWithoutEarlyMuxers_NegotiatesBehindTheHandshake()
    {
        NodeIdentity other = NodeIdentity.Generate();
        Task<SecureLink> accepting = new Upgrader(_node).AcceptAsync(_ours, CancellationToken.None);
        var identity = new NoiseIdentity(other, []);
        (CipherState send, _) = await RunInitiatorAsync(identity.Static, identity.Payload.ToArray());
        var writer = new NoiseWriter(send);
        foreach (byte[] part in MultistreamMessage.Encode(MultistreamMessage.Header, "/yamux/1.0.0").Chunk(5))
        {
            await _theirs.WriteAsync(writer.Seal(part));
        }

        using SecureLink accepted = await accepting.WaitAsync(TestHosts.Patience);
        Assert.That(accepted.Remote, Is.EqualTo(other.Id));
    }

    // The dialer's side by hand, so that it can say what an honest one would not.
    private async Task<(CipherState Send, CipherState Receive)> RunInitiatorAsync(KeyPair key, byte[] payload)
    {
        using var noise = new HandshakeState(true, key, KeyPair.Generate());
        await _theirs.WriteAsync(MultistreamMessage.Encode(MultistreamMessage.Header, "/noise"));
        await WriteFramedAsync(noise.WriteMessage([]));
        byte[] negotiated = new byte[MultistreamMessage.Encode(MultistreamMessage.Header, "/noise").Length];
        await _theirs.ReadExactlyAsync(negotiated);
        byte[] prefix = new byte[2];
        await _theirs.ReadExactlyAsync(prefix);
        byte[] message = new byte[(prefix[0] << 8) | prefix[1]];
        await _theirs.ReadExactlyAsync(message);
        noise.ReadMessage(message);
        await WriteFramedAsync(noise.WriteMessage(payload));
        return noise.Split();
    }

    private async Task WriteFramedAsync(byte[] message) =>
        await _theirs.WriteAsync((byte[])[(byte)(message.Length >> 8), (byte)message.Length, .. message]);
}
