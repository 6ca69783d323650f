using Infernet.Core.Audits;
using Infernet.Core.Jobs;
using Infernet.Daemon.Jobs.Redundancy;

namespace Infernet.Daemon.Tests.Jobs.Redundancy;

[TestFixture]
public sealed class VoteEvidenceTests
{
    [Test]
    public void Ratio_RisesWithLostVotesAndFallsWithWonOnes()
    {
        Assert.That(VoteEvidence.Ratio(0, 1, OutputComparison.Numbers), Is.Positive);
        Assert.That(VoteEvidence.Ratio(1, 0, OutputComparison.Numbers), Is.Negative);
        Assert.That(
            VoteEvidence.Ratio(0, 1, OutputComparison.Bytes),
            Is.LessThan(VoteEvidence.Ratio(0, 1, OutputComparison.Command)),
            "bytes of honest answers differ where hardware does");
    }

    [Test]
    public void HonestProvider_OnOtherHardware_IsNotConvicted()
    {
        var random = new Random(5);
        for (int peer = 0; peer < 100; peer++)
        {
            SequentialTest test = SequentialTest.Start;
            for (int shard = 0; shard < 200; shard++)
            {
                int lost = Enumerable.Range(0, 8).Count(_ => random.NextDouble() < 0.15);
                test = test.Add(VoteEvidence.Ratio(8 - lost, lost, OutputComparison.Bytes));
            }

            Assert.That(test.State, Is.Not.EqualTo(SequentialState.Cheater));
        }
    }

    [TestCase(OutputComparison.Bytes)]
    [TestCase(OutputComparison.Numbers)]
    public void Liar_IsConvictedWithinAFewShards(OutputComparison comparison)
    {
        SequentialTest test = SequentialTest.Start;
        int shards = 0;
        while (test.State != SequentialState.Cheater && shards < 100)
        {
            test = test.Add(VoteEvidence.Ratio(0, 8, comparison));
            shards++;
        }

        Assert.That(shards, Is.InRange(2, 4));
    }
}
