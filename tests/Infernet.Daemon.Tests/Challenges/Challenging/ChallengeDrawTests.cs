using Infernet.Core.Identity;
using Infernet.Daemon.Challenges.Challenging;

namespace Infernet.Daemon.Tests.Challenges.Challenging;

[TestFixture]
public sealed class ChallengeDrawTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly PeerId[] Peers = [.. Enumerable.Range(0, 3).Select(_ => NodeIdentity.Generate().Id)];

    [Test]
    public void Draw_AmongNobody_PicksNobody() =>
        Assert.That(ChallengeDraw.Pick([], Minute, new Random(1).NextDouble), Is.Null);

    [Test]
    public void Draws_OverADay_ComeSoonerToNewcomersAndToThoseWhomAJobWants()
    {
        int[] turns = Turns(1_440, (Peers[0], true, false), (Peers[1], false, false), (Peers[2], true, true));

        // Means of 12 h, 10 min and 2 min; of two that are due at once, one waits.
        Assert.That(turns[0], Is.InRange(0, 12));
        Assert.That(turns[1], Is.InRange(60, 180));
        Assert.That(turns[2], Is.InRange(380, 660));
    }

    [Test]
    public void Draws_AmongEquals_AreEven()
    {
        int[] turns = Turns(20_000, (Peers[0], false, true), (Peers[1], false, true), (Peers[2], false, true));

        Assert.That(turns.Max() - turns.Min(), Is.LessThan(turns.Sum() / 15));
    }

    private static int[] Turns(int minutes, params (PeerId, bool, bool)[] peers)
    {
        var random = new Random(2);
        var turns = new int[peers.Length];
        for (int i = 0; i < minutes; i++)
        {
            if (ChallengeDraw.Pick(peers, Minute, random.NextDouble) is { } picked)
            {
                turns[Array.FindIndex(peers, p => p.Item1 == picked)]++;
            }
        }

        return turns;
    }
}
