using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Tests.Jobs.Redundancy;

/// <summary>
/// Dispatcher, ballot box and counting together, without a network: some providers lie, and the votes must say what
/// arithmetic says that they can.
/// </summary>
[TestFixture]
public sealed class RedundancySimulationTests
{
    private const int Items = 60;

    private readonly Dictionary<int, CountedVote> _ended = [];
    private readonly List<DispatchAction.SendShard> _out = [];
    private PeerId[] _peers = [];
    private Func<int, int, string> _answer = (_, _) => "";
    private Dispatcher _dispatcher = null!;
    private BallotBox _box = null!;
    private DispatchOutcome? _outcome;
    private DateTimeOffset _now;
    private int _copies;

    private static string Truth(int item) => $"truth {item}";

    [Test]
    public void OneLiarOfThree_IsOutvotedEverywhere([Range(1, 10)] int seed)
    {
        Run(seed, peers: 3, copies: 3, (peer, item) => peer == 0 ? $"lie {item}" : Truth(item));

        AssertTruth();
        Assert.That(Outvoted().Select(o => o.Peer), Is.All.EqualTo(_peers[0]));
        Assert.That(Outvoted(), Has.Count.EqualTo(Items));
    }

    [Test]
    public void TwoColludersOfFive_AreOutvotedEverywhere([Range(1, 10)] int seed)
    {
        Run(seed, peers: 5, copies: 5, (peer, item) => peer < 2 ? $"lie {item}" : Truth(item));

        AssertTruth();
        Assert.That(Outvoted(), Has.Count.EqualTo(2 * Items));
    }

    [Test]
    public void TwoOfFive_WhoLieDifferently_AreOutvotedEverywhere([Range(1, 10)] int seed)
    {
        Run(seed, peers: 5, copies: 5, (peer, item) => peer < 2 ? $"lie {item} of {peer}" : Truth(item));

        AssertTruth();
    }

    [Test]
    public void OneLiarOfFour_WithTwoCopies_IsOutvotedByATieBreaker([Range(1, 10)] int seed)
    {
        Run(seed, peers: 4, copies: 2, (peer, item) => peer == 0 ? $"lie {item}" : Truth(item));

        AssertTruth();
        Assert.That(_ended.Values.Where(e => e.Votes.Any(v => v.Peer == _peers[0])).Select(e => e.Votes.Count),
            Is.All.EqualTo(3));
    }

    [Test]
    public void TwoColludersAmongFive_WithThreeCopies_WinWhereBothWereAsked([Range(1, 10)] int seed)
    {
        Run(seed, peers: 5, copies: 3, (peer, item) => peer < 2 ? $"lie {item}" : Truth(item));

        foreach (CountedVote ended in _ended.Values)
        {
            int lies = ended.Votes.Count(v => Array.IndexOf(_peers, v.Peer) < 2);
            var won = (BallotResult.Won)ended.Result!;
            Assert.That(
                ended.Votes[won.Winner].Answer.Output, Is.EqualTo(lies == 2 ? $"lie {ended.Item}" : Truth(ended.Item)));
        }
    }

    [Test]
    public void AllDifferent_IsDisputedAfterTheLastTieBreaker([Range(1, 10)] int seed)
    {
        Run(seed, peers: 7, copies: 3, (peer, item) => $"{peer} says {item}");

        Assert.That(_ended, Has.Count.EqualTo(Items));
        Assert.That(_ended.Values.Select(e => e.Result), Is.All.EqualTo(new BallotResult.Disputed(1)));
        Assert.That(_ended.Values.Select(e => e.Votes.Count), Is.All.EqualTo(5));
    }

    [Test]
    public void Liars_WhoMeetATieBreaker_LoseOrTheVoteIsDisputed([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        Run(seed, peers: 9, copies: 3, (peer, item) =>
            peer < 4 && random.Next(2) == 0 ? $"lie {item} of {peer}" : Truth(item));

        Assert.That(_ended, Has.Count.EqualTo(Items));
        foreach (CountedVote ended in _ended.Values.Where(e => e.Result is BallotResult.Won))
        {
            Assert.That(ended.Votes[((BallotResult.Won)ended.Result!).Winner].Answer.Output, Is.EqualTo(Truth(ended.Item)));
        }
    }

    private void Run(int seed, int peers, int copies, Func<int, int, string> answer)
    {
        var random = new Random(seed);
        (_answer, _copies, _now, _outcome) = (answer, copies, DateTimeOffset.UnixEpoch, null);
        _ended.Clear();
        _out.Clear();
        _peers = [.. Enumerable.Range(0, peers).Select(_ => NodeIdentity.Generate().Id)];
        _box = new BallotBox(copies);
        int most = copies + BallotDesk.MaxTieBreakers;
        _dispatcher = new Dispatcher(
            new DispatchOptions { Copies = copies, MaxCopies = most, HedgeAfter = TimeSpan.FromMilliseconds(50) },
            new int[Items], [], 0, 0);
        foreach (PeerId peer in _peers)
        {
            Take(new DispatchEvent.ProviderJoined(peer, random.Next(2, 30), 4, 10, TimeSpan.FromHours(1)));
        }

        for (int step = 0; step < 20_000 && _outcome is null; step++)
        {
            _now += TimeSpan.FromMilliseconds(random.Next(50));
            if (_out.Count > 0)
            {
                Answer(_out[random.Next(_out.Count)]);
            }

            Take(new DispatchEvent.Tick());
        }

        Assert.That(_outcome, Is.EqualTo(DispatchOutcome.Done), $"seed {seed}");
        Assert.That(_ended, Has.Count.EqualTo(Items));
    }

    private void Answer(DispatchAction.SendShard shard)
    {
        Take(new DispatchEvent.AuditsPending(_box.Complete + 1));
        var accepted = new List<int>();
        Take(
            new DispatchEvent.ShardDelivered(
                shard.Peer, shard.Attempt, [.. shard.Items.Select(i => new DeliveredItem(i, 1))]),
            accepted);
        int peer = Array.IndexOf(_peers, shard.Peer);
        foreach (int item in accepted)
        {
            OutputRecord answer = Answers.Text(_answer(peer, item));
            _box.Cast(new Vote(shard.Peer, answer with { Index = item, Provider = shard.Peer.ToString() }));
        }

        foreach ((int item, IReadOnlyList<Vote> votes) in _box.TakeComplete())
        {
            Count(item, votes);
        }

        Take(new DispatchEvent.AuditsPending(_box.Complete));
    }

    private void Count(int item, IReadOnlyList<Vote> votes)
    {
        BallotResult result = Ballot.Count(
            votes.Count, (i, j) => ByteComparison.AreSame(votes[i].Answer, votes[j].Answer), _copies,
            _copies + BallotDesk.MaxTieBreakers);
        if (result is BallotResult.Tied tied)
        {
            _box.Extend(item, tied.Wanted);
            Take(new DispatchEvent.CopiesWanted([item]));
        }
        else
        {
            _box.Close(item);
            Assert.That(_ended.TryAdd(item, new CountedVote(item, votes, result)), $"item {item} ended already");
        }
    }

    private void Take(DispatchEvent happened, List<int>? accepted = null)
    {
        foreach (DispatchAction action in _dispatcher.Advance(happened, _now))
        {
            switch (action)
            {
                case DispatchAction.SendShard send:
                    _out.Add(send);
                    break;
                case DispatchAction.EndAttempt end:
                    _out.RemoveAll(s => s.Peer == end.Peer && s.Attempt == end.Attempt);
                    accepted?.AddRange(end.Accepted);
                    break;
                case DispatchAction.Finish finish:
                    _outcome = finish.Outcome;
                    break;
            }
        }
    }

    private void AssertTruth() => Assert.That(
        _ended.OrderBy(e => e.Key).Select(e => e.Value.Votes[((BallotResult.Won)e.Value.Result!).Winner].Answer.Output),
        Is.EqualTo(Enumerable.Range(0, Items).Select(Truth)));

    private IReadOnlyList<Vote> Outvoted() =>
        [.. _ended.Values.SelectMany(e => ((BallotResult.Won)e.Result!).Outvoted.Select(o => e.Votes[o]))];
}
