using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Proving;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Tests.Nodes;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Reason = Infernet.Core.Schemas.ChallengeDecline.Types.Reason;

namespace Infernet.Daemon.Tests.Challenges.Proving;

/// <summary>The prover's service on a real host, and a challenger that speaks the raw protocol.</summary>
[TestFixture]
public sealed class ProverServiceTests
{
    private static readonly ProverLimits Limits = new() { LookOut = TimeSpan.FromMilliseconds(1) };

    private string _folder = "";
    private NodeJournal _journal = null!;
    private Libp2pHost _prover = null!;
    private ScriptedProver _challenger = null!;
    private volatile bool _isBusy;

    [SetUp]
    public async Task SetUp()
    {
        _isBusy = false;
        _folder = Directory.CreateTempSubdirectory("infernet-prover-").FullName;
        _journal = NodeJournal.Open(new JournalOptions { Path = Path.Combine(_folder, "infernet.db") });
        _prover = await Libp2pHost.StartAsync(
            NodeIdentity.Generate(),
            new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
            NullLoggerFactory.Instance, CancellationToken.None);
        var own = new OwnMeasurements(_prover.Id, _journal.Challenges, () => 1, TimeProvider.System);
        var service = new ProverService(
            _prover.Id, own, new ProverGate(Limits, () => _isBusy, () => null, () => 1L << 40), Limits, () => _isBusy,
            () => { }, TimeProvider.System, NullLogger.Instance);
        _prover.Handle(ChallengeProtocol.Id, service.ServeAsync);
        _challenger = await ScriptedProver.StartAsync();
        await _challenger.Host.ConnectAsync(_prover.ListenAddresses[0].WithPeer(_prover.Id), CancellationToken.None);
    }

    [TearDown]
    public async Task TearDown()
    {
        await _challenger.DisposeAsync();
        await _prover.DisposeAsync();
        await _journal.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Challenge_WhilePaidWorkRuns_IsDeclined()
    {
        _isBusy = true;
        await using PeerStream stream = await AskAsync();

        Assert.That((await ScriptedProver.ReadAsync(stream))?.Decline?.Reason, Is.EqualTo(Reason.Busy));
    }

    [Test]
    public async Task Challenge_WhenPaidWorkComesIn_IsBrokenOff()
    {
        await using PeerStream stream = await AskAsync();
        Assert.That((await ScriptedProver.ReadAsync(stream))?.Ready, Is.Not.Null);
        _isBusy = true;
        await ScriptedProver.SendAsync(stream, ChallengeMessages.Round(new byte[32]));

        Assert.That((await ScriptedProver.ReadAsync(stream))?.Decline?.Reason, Is.EqualTo(Reason.Busy));
        Assert.That(await ScriptedProver.ReadAsync(stream), Is.Null);
    }

    [Test]
    public async Task Challenge_BesideAnother_IsDeclined()
    {
        await using PeerStream first = await AskAsync();
        Assert.That((await ScriptedProver.ReadAsync(first))?.Ready, Is.Not.Null);
        await using PeerStream second = await AskAsync();

        Assert.That((await ScriptedProver.ReadAsync(second))?.Decline?.Reason, Is.EqualTo(Reason.Busy));
    }

    [Test]
    public async Task Result_ThatIsForged_CutsTheStreamAndIsNotKept()
    {
        await using PeerStream stream = await AskAsync(size: 64);
        await ScriptedProver.ReadAsync(stream);
        await ScriptedProver.SendAsync(stream, ChallengeMessages.Round(new byte[32]));
        await ScriptedProver.ReadAsync(stream);
        await ScriptedProver.SendAsync(stream, ChallengeMessages.Opening(new byte[32]));
        await ScriptedProver.ReadAsync(stream);
        await ScriptedProver.SendAsync(stream, ChallengeMessages.Result(new byte[100]));

        await Assert.ThrowsAsync<StreamResetException>(() => ScriptedProver.ReadAsync(stream));
        Assert.That(_journal.Challenges.Received(10), Is.Empty);
    }

    private async Task<PeerStream> AskAsync(uint size = 2_048)
    {
        PeerStream stream = await _challenger.Host.OpenStreamAsync(
            _prover.Id, ChallengeProtocol.Id, CancellationToken.None);
        await ScriptedProver.SendAsync(stream, ChallengeMessages.Of(new ChallengeRequest
        {
            Kernel = "matmul-int8", Device = "cpu", Size = size, Rounds = 1, Lanes = 1, Openings = 1,
            Seed = ByteString.CopyFrom(new byte[32]),
        }));
        return stream;
    }
}
