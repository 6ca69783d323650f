using Infernet.Daemon.Jobs.Redundancy;

namespace Infernet.Daemon.Tests.Jobs.Redundancy;

/// <summary>Votes are letters here: the same letter is the same answer.</summary>
[TestFixture]
public sealed class BallotTests
{
    [TestCase("aaa", 3, 0, "", 3)]
    [TestCase("aab", 3, 0, "2", 1)]
    [TestCase("baa", 3, 1, "0", 1)]
    [TestCase("abbab", 5, 1, "0,3", 1)]
    [TestCase("aabbbbc", 7, 2, "0,1,6", 1)]
    [TestCase("ab" + "b", 2, 1, "0", 1)]
    [TestCase("aa", 2, 0, "", 2)]
    public void Majority_Wins(string votes, int copies, int winner, string outvoted, int margin)
    {
        var won = (BallotResult.Won)Count(votes, copies, 9);
        Assert.Multiple(() =>
        {
            Assert.That(won.Winner, Is.EqualTo(winner));
            Assert.That(string.Join(',', won.Outvoted), Is.EqualTo(outvoted));
            Assert.That(won.Agreeing.Concat(won.Outvoted), Is.EquivalentTo(Enumerable.Range(0, votes.Length)));
            Assert.That(won.Margin, Is.EqualTo(margin));
        });
    }

    [TestCase("", 3, 3)]
    [TestCase("a", 3, 2)]
    [TestCase("aa", 3, 1, Description = "the third counts, too: the margin is part of the result")]
    [TestCase("ab", 2, 1)]
    [TestCase("abc", 3, 1)]
    [TestCase("aabb", 3, 1)]
    [TestCase("aabc", 3, 1, Description = "two of four are no majority")]
    public void NoMajority_WantsMoreVotes(string votes, int copies, int wanted) =>
        Assert.That(Count(votes, copies, 5), Is.EqualTo(new BallotResult.Tied(wanted)));

    [TestCase("aabbc", 2)]
    [TestCase("abcde", 1)]
    public void NoMajority_OfAllThatMayBeAsked_IsDisputed(string votes, int largest) =>
        Assert.That(Count(votes, 3, 5), Is.EqualTo(new BallotResult.Disputed(largest)));

    [TestCase("aa", 3, true)]
    [TestCase("a", 3, false)]
    [TestCase("ab", 3, false)]
    [TestCase("aab", 5, false)]
    [TestCase("aaab", 5, true)]
    [TestCase("a", 2, false)]
    [TestCase("aa", 2, true)]
    public void VotesThatLackSome_DecideOnlyIfTheOthersCouldChangeNothing(string votes, int copies, bool decides) =>
        Assert.That(Ballot.Decides(Count(votes, 1, 9), copies), Is.EqualTo(decides));

    [Test]
    public void OneLiarOfThree_IsOutvoted() =>
        Assert.That(((BallotResult.Won)Count("hlh", 3, 5)).Outvoted, Is.EqualTo(new[] { 1 }));

    [Test]
    public void TwoLiarsOfFive_AreOutvotedWhetherTheyColludeOrNot()
    {
        Assert.That(((BallotResult.Won)Count("hlhlh", 5, 7)).Outvoted, Is.EqualTo(new[] { 1, 3 }));
        Assert.That(((BallotResult.Won)Count("hlhmh", 5, 7)).Outvoted, Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void TwoColludersOfThree_Win_WhichIsWhatRedundancyCannotSee() =>
        Assert.That(((BallotResult.Won)Count("llh", 3, 5)).Outvoted, Is.EqualTo(new[] { 2 }));

    [Test]
    public void TwoColludersOfThree_WhoDisagree_LoseToFurtherPeers()
    {
        Assert.That(Count("lmh", 3, 5), Is.EqualTo(new BallotResult.Tied(1)));
        Assert.That(Count("lmhh", 3, 5), Is.EqualTo(new BallotResult.Tied(1)));
        Assert.That(((BallotResult.Won)Count("lmhhh", 3, 5)).Winner, Is.EqualTo(2));
    }

    [Test]
    public void Nearness_ThatDoesNotCarryOver_CountsWhatIsNearTheWinner()
    {
        // Numbers within 1 of each other: 0 and 1, 1 and 2, but not 0 and 2.
        int[] values = [0, 2, 1];
        var won = (BallotResult.Won)Ballot.Count(3, (i, j) => Math.Abs(values[i] - values[j]) <= 1, 3, 5);

        Assert.That(won.Winner, Is.EqualTo(2));
        Assert.That(won.Outvoted, Is.Empty);
    }

    [Test]
    public void Order_OfTheVotes_DoesNotChangeWhoWins()
    {
        var random = new Random(1);
        for (int round = 0; round < 500; round++)
        {
            char[] votes = [.. Enumerable.Range(0, random.Next(2, 12)).Select(_ => (char)('a' + random.Next(3)))];
            BallotResult before = Count(new string(votes), 2, 11);
            char? winner = before is BallotResult.Won won ? votes[won.Winner] : null;
            random.Shuffle(votes);
            BallotResult after = Count(new string(votes), 2, 11);
            Assert.That(after is BallotResult.Won again ? votes[again.Winner] : (char?)null, Is.EqualTo(winner));
        }
    }

    private static BallotResult Count(string votes, int copies, int maxCopies) =>
        Ballot.Count(votes.Length, (i, j) => votes[i] == votes[j], copies, maxCopies);
}
