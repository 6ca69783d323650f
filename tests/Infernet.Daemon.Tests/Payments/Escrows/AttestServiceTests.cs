using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Payments.Escrows;

/// <summary>/infernet/attest/1 over real streams: an honest payee, and those that are not.</summary>
[TestFixture]
public sealed class AttestServiceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ReleaseBench _bench = null!;
    private Libp2pHost _member = null!;
    private Libp2pHost _payee = null!;
    private AnswerService<ReleaseRequest, ReleaseAnswer> _service = null!;

    [SetUp]
    public async Task SetUp()
    {
        _bench = new ReleaseBench();
        _service = new AnswerService<ReleaseRequest, ReleaseAnswer>(
            new OneAnswer<ReleaseRequest, ReleaseAnswer>(
                ReleaseRequest.Parser, AttestProtocol.MaxMessageSize, _ => false, _bench.Desk.AnswerAsync,
                AttestDesk.Refuse),
            AttestProtocol.Limits, TimeProvider.System, NullLogger.Instance);
        _member = await StartAsync(_bench.Member);
        _payee = await StartAsync(_bench.Payee);
        _member.Handle(AttestProtocol.Id, _service.ServeAsync);
        await _payee.ConnectAsync(_member.ListenAddresses[0].WithPeer(_member.Id), default);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _service.DisposeAsync();
        await _payee.DisposeAsync();
        await _member.DisposeAsync();
    }

    [Test]
    public async Task Payee_GetsItsAttestation()
    {
        ReleaseRequest request = _bench.Request();
        Assert.That(request.CalculateSize(), Is.LessThan(AttestProtocol.MaxMessageSize / 2), "with room for what may come");
        Assert.That((await AskAsync(request)).Signature.Length, Is.EqualTo(Ed25519.SignatureLength));
    }

    [Test]
    public async Task Message_ThatIsTooLarge_EndsItsStream()
    {
        ReleaseRequest large = _bench.Request();
        large.IntentEnvelope = ByteString.CopyFrom(new byte[AttestProtocol.MaxMessageSize]);
        await Assert.ThatAsync(() => AskAsync(large), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task Asker_ThatFloods_IsToldToWait_AndOthersAreHeard()
    {
        using var limit = new CancellationTokenSource(Patience);
        string problem;
        do
        {
            problem = (await AskAsync(new ReleaseRequest())).Problem;
            limit.Token.ThrowIfCancellationRequested();
        }
        while (!problem.Contains("try again in a minute", StringComparison.Ordinal));

        await using Libp2pHost other = await StartAsync(NodeIdentity.Generate());
        await other.ConnectAsync(_member.ListenAddresses[0].WithPeer(_member.Id), default);
        Assert.That((await AskAsync(_bench.Request(), other)).Problem, Does.Contain("nobody else may ask"));
    }

    [Test]
    public void Limits_AreThoseOfStrangers()
    {
        using var admission = new PayAdmission(AttestProtocol.Limits);
        PeerId[] peers = [.. Enumerable.Range(0, 17).Select(_ => NodeIdentity.Generate().Id)];
        Assert.That(peers[..16].Select(p => admission.TryEnter(p, isPayer: false)), Is.All.Null);
        Assert.That(admission.TryEnter(peers[16], isPayer: false), Does.Contain("16 streams are open"));
        admission.Leave(peers[0], isPayer: false);
        Assert.That(admission.TryEnter(peers[16], isPayer: false), Is.Null);
    }

    private Task<ReleaseAnswer> AskAsync(ReleaseRequest request, Libp2pHost? asker = null) => OneQuestion.AskAsync(
        asker ?? _payee, _member.Id, AttestProtocol.Id, request, ReleaseAnswer.Parser, AttestProtocol.MaxAnswerSize,
        TimeProvider.System, default).WaitAsync(Patience);

    private static Task<Libp2pHost> StartAsync(NodeIdentity identity) => Libp2pHost.StartAsync(
        identity, new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
        NullLoggerFactory.Instance, CancellationToken.None);
}
