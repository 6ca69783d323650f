using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Dispatch;

namespace Infernet.Daemon.Tests.Jobs.Dispatch;

/// <summary>
/// Random swarms: peers come, go, fail, and lie; judgements come late. Whatever happens, the job ends, and each item
/// has exactly one answer that was not rejected.
/// </summary>
[TestFixture]
public sealed class DispatcherSimulationTests : DispatcherFixture
{
    private const int Peers = 6;

    private readonly List<DispatchAction.SendShard> _out = [];
    private readonly Dictionary<int, PeerId> _answers = [];
    private readonly Queue<(PeerId Peer, int[] Items)> _judging = new();
    private readonly HashSet<PeerId> _banned = [];
    private readonly Dictionary<int, HashSet<PeerId>> _copies = [];
    private Random _random = null!;
    private PeerId[] _peers = [];
    private PeerId[] _liars = [];
    private double _auditRate;
    private bool _redundant;

    [Test]
    public void AnyCourseOfEvents_EndsWithEveryItemOnce([Range(1, 40)] int seed)
    {
        int total = Prepare(seed, liars: 0);
        Misrule(300);
        Calm();

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done), $"seed {seed}");
        Assert.That(Accepted().Order(), Is.EqualTo(Enumerable.Range(0, total)), $"seed {seed}");
    }

    [Test]
    public void AnyCourseWithLiars_EndsWithEveryItemAnsweredRight(
        [Range(1, 40)] int seed, [Values(1, 3, Peers - 1)] int liars)
    {
        int total = Prepare(seed, liars);
        Misrule(300);
        Calm();

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done), $"seed {seed}");
        Assert.That(_answers.Keys.Order(), Is.EqualTo(Enumerable.Range(0, total)), $"seed {seed}");
        Assert.That(_answers.Values.Where(_liars.Contains), Is.Empty, $"seed {seed}");
    }

    [Test]
    public void AnyCourseOfCopies_EndsWithEveryItemAnsweredByDifferentPeers(
        [Range(1, 40)] int seed, [Values(2, 3, Peers)] int copies)
    {
        int total = Prepare(seed, liars: 0, copies);
        Misrule(300);
        Calm();

        Assert.That(Outcome(), Is.EqualTo(DispatchOutcome.Done), $"seed {seed}");
        Assert.That(_copies.Keys.Order(), Is.EqualTo(Enumerable.Range(0, total)), $"seed {seed}");
        Assert.That(_copies.Values.Select(c => c.Count), Is.All.InRange(copies, copies + 1), $"seed {seed}");
    }

    private int Prepare(int seed, int liars, int copies = 1)
    {
        _random = new Random(seed);
        _out.Clear();
        _answers.Clear();
        _judging.Clear();
        _banned.Clear();
        _copies.Clear();
        _redundant = copies > 1;
        _auditRate = liars > 0 ? 1 : 0;
        _peers = [.. Enumerable.Range(0, Peers).Select(_ => NodeIdentity.Generate().Id)];
        _liars = _peers[..liars];
        int total = _random.Next(1, 300);
        Make(total, new DispatchOptions
        {
            MaxAttempts = int.MaxValue, HedgeAfter = TimeSpan.FromMilliseconds(100), MaxTokensPerItem = 2,
            TokenBudget = _random.Next(2) == 0 ? null : (2 * total + 100) * (copies + 1),
            Copies = copies, MaxCopies = copies == 1 ? 1 : Math.Min(copies + 1, Peers),
        });
        return total;
    }

    private void Misrule(int steps)
    {
        for (int step = 0; step < steps && !Dispatcher.IsFinished; step++)
        {
            Now += TimeSpan.FromMilliseconds(_random.Next(100));
            Chance(_peers[_random.Next(_peers.Length)]);
        }
    }

    // Everybody is there and answers, the liars wrongly; the job must come to its end.
    private void Calm()
    {
        for (int step = 0; step < 2_000 && !Dispatcher.IsFinished; step++)
        {
            foreach (PeerId peer in _peers)
            {
                Take(new DispatchEvent.ProviderJoined(
                    peer, 40, 4, 10, TimeSpan.FromHours(1), step % 3 == 0 ? 30 : null, GroupOf(peer)));
            }

            foreach (DispatchAction.SendShard shard in _out.ToArray())
            {
                Answer(shard, shard.Items.Count);
            }

            Judge();
            Now += TimeSpan.FromSeconds(30);
            Take(new DispatchEvent.Tick());
        }
    }

    private void Chance(PeerId peer)
    {
        switch (_random.Next(12))
        {
            case 0:
                Take(new DispatchEvent.ProviderLost(peer, "chance", Misbehaved: false));
                break;
            case 1 or 2:
                Take(new DispatchEvent.ProviderJoined(
                    peer, _random.Next(1, 50), 4, _random.NextDouble() * 100, TimeSpan.FromHours(1),
                    _random.Next(2) == 0 ? null : _random.Next(100), GroupOf(peer)));
                break;
            case 3:
                Judge();
                break;
            case 4 when _copies.Count > 0 && Dispatcher.OpenUnits > 0:
                Take(new DispatchEvent.CopiesWanted([_copies.Keys.ElementAt(_random.Next(_copies.Count))]));
                break;
            case < 10 when _out.Count > 0:
                DispatchAction.SendShard shard = _out[_random.Next(_out.Count)];
                if (_random.Next(8) == 0)
                {
                    Take(new DispatchEvent.ShardFailed(shard.Peer, shard.Attempt, "chance"));
                }
                else
                {
                    Answer(shard, _random.Next(shard.Items.Count + 1));
                }

                break;
            default:
                Take(new DispatchEvent.Tick());
                break;
        }
    }

    // Which shards are judged is drawn before they count, as the product does.
    private void Answer(DispatchAction.SendShard shard, int count)
    {
        if (!_out.Contains(shard))
        {
            return;
        }

        int[] items = [.. shard.Items.Take(count)];
        if (_random.NextDouble() < _auditRate)
        {
            _judging.Enqueue((shard.Peer, items));
            Take(new DispatchEvent.AuditsPending(_judging.Count));
        }

        Take(new DispatchEvent.ShardDelivered(
            shard.Peer, shard.Attempt, [.. items.Select(i => new DeliveredItem(i, 1))]));
    }

    private string? GroupOf(PeerId peer) =>
        Array.IndexOf(_peers, peer) is var at and > 0 ? $"group {at % 3}" : null;

    private void Judge()
    {
        if (!_judging.TryDequeue(out (PeerId Peer, int[] Items) judged))
        {
            return;
        }

        if (_liars.Contains(judged.Peer))
        {
            bool banned = _random.Next(3) == 0;
            int[] wrong = banned ? [.. _answers.Where(a => a.Value == judged.Peer).Select(a => a.Key)] : judged.Items;
            foreach (int item in wrong.Where(i => _answers.GetValueOrDefault(i) == judged.Peer))
            {
                _answers.Remove(item);
            }

            if (banned)
            {
                _banned.Add(judged.Peer);
            }

            Take(new DispatchEvent.ItemsRejected(
                judged.Peer, [.. wrong.Select(i => new DeliveredItem(i, 1))], "wrong answers", banned));
        }

        Take(new DispatchEvent.AuditsPending(_judging.Count));
    }

    private void Take(DispatchEvent happened)
    {
        int before = Log.Count;
        Step(happened);
        foreach (DispatchAction action in Log.Skip(before))
        {
            switch (action)
            {
                case DispatchAction.SendShard send:
                    Assert.That(_banned, Does.Not.Contain(send.Peer));
                    _out.Add(send);
                    break;
                case DispatchAction.EndAttempt end:
                    _out.RemoveAll(s => s.Peer == end.Peer && s.Attempt == end.Attempt);
                    foreach (int item in end.Accepted)
                    {
                        Accept(item, end.Peer);
                    }

                    break;
            }
        }
    }

    private void Accept(int item, PeerId peer)
    {
        if (_redundant)
        {
            _copies.TryAdd(item, []);
            Assert.That(_copies[item].Add(peer), $"item {item} has an answer of {peer} already");
        }
        else
        {
            Assert.That(_answers.TryAdd(item, peer), $"item {item} has an answer already");
        }
    }
}
