using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Reputation;
using Infernet.Daemon.Audits.Asking;
using static Infernet.Daemon.Tests.Audits.TestAudits;

namespace Infernet.Daemon.Tests.Audits.Asking;

[TestFixture]
public sealed class AuditorSelectionTests
{
    private readonly PeerId[] _peers = SomePeers(4);
    private readonly Dictionary<PeerId, string> _networks = [];
    private readonly Dictionary<PeerId, double> _scores = [];
    private readonly HashSet<PeerId> _barred = [];
    private readonly HashSet<PeerId> _dear = [];
    private readonly Random _random = new(7);

    [SetUp]
    public void SetUp()
    {
        _networks.Clear();
        _scores.Clear();
        _barred.Clear();
        _dear.Clear();
    }

    [Test]
    public void Provider_IsNeverDrawn() =>
        Assert.That(Draws(_peers[0]).Keys, Is.EquivalentTo(_peers.Skip(1)));

    [Test]
    public void Excluded_AreNeverDrawn() => Assert.That(
        Draws(_peers[0], _peers[1]).Keys, Is.EquivalentTo(_peers.Skip(2)));

    [Test]
    public void Nobody_IsDrawnWhereNobodyIs() => Assert.That(
        Selection().Draw(Model, _peers[0], new HashSet<PeerId>(_peers), all => all), Is.Null);

    [Test]
    public void AuditorsWhoMayNot_AreNeverDrawn()
    {
        _barred.Add(_peers[2]);
        Assert.That(Draws(_peers[0]).Keys, Is.EquivalentTo(new[] { _peers[1], _peers[3] }));
    }

    [Test]
    public void AuditorsWhoCantBePaid_AreNeverDrawn()
    {
        _dear.Add(_peers[3]);
        Assert.That(Draws(_peers[0]).Keys, Is.EquivalentTo(new[] { _peers[1], _peers[2] }));
    }

    [Test]
    public void BetterAuditors_AreDrawnMoreOften()
    {
        _scores[_peers[1]] = 0.9;
        _scores[_peers[2]] = 0.3;
        Dictionary<PeerId, int> draws = Draws(_peers[0], _peers[3]);

        // By the squares: nine to one.
        Assert.That(draws[_peers[1]], Is.GreaterThan(6 * draws[_peers[2]]));
    }

    [Test]
    public void Neighbours_AreDrawnOnlyWithoutAChoice()
    {
        (_networks[_peers[0]], _networks[_peers[1]], _networks[_peers[2]]) = ("a", "a", "b");
        Assert.That(Draws(_peers[0]).Keys, Is.EquivalentTo(_peers.Skip(2)));
        Assert.That(Draws(_peers[0], _peers[2], _peers[3]).Keys, Is.EqualTo(new[] { _peers[1] }));
    }

    private Dictionary<PeerId, int> Draws(PeerId provider, params PeerId[] exclude) => Enumerable.Range(0, 500)
        .Select(_ => Selection().Draw(Model, provider, new HashSet<PeerId>(exclude),
            all => all.Where(s => !_dear.Contains(s.Peer)))!)
        .GroupBy(p => p).ToDictionary(g => g.Key, g => g.Count());

    private AuditorSelection Selection() => new(
        _ => _peers.Select(p => new ServingAuditor(p, new Prices(), null)), Standing, peer => _networks.GetValueOrDefault(peer), _random.NextDouble);

    private PeerStanding Standing(PeerId peer) => new()
    {
        Peer = peer, Score = 0, Mean = 0, CreditWindow = 0, AuditorScore = _scores.GetValueOrDefault(peer, 0.5),
        MayAudit = !_barred.Contains(peer), IsNewcomer = true, QueuePriority = 0,
    };
}
