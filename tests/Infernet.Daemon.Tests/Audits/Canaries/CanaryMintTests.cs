using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Canaries;
using static Infernet.Daemon.Tests.Audits.TestAudits;

namespace Infernet.Daemon.Tests.Audits.Canaries;

[TestFixture]
public sealed class CanaryMintTests
{
    [Test]
    public void Canary_IsAWellFormedRequestWithHashesThatFit([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        CanaryMint mint = Mint(sure: seed % 2 == 0);

        Canary canary = mint.Mint(random.NextDouble, Now)!;

        Assert.That(RequestCheck.FindProblem(canary.Case.Request), Is.Null);
        foreach (AuditItem item in canary.Case.Request.Items)
        {
            Assert.That(item.Receipt.InputHash.ToByteArray(), Is.EqualTo(ItemHash.Of(item.Input)));
            Assert.That(item.Receipt.OutputHash.ToByteArray(), Is.EqualTo(OutputHash.Of(item.Output)));
        }
    }

    [Test]
    public void Canary_HasANonceOfItsOwn()
    {
        CanaryMint mint = Mint(sure: true);
        Canary[] canaries = [.. Enumerable.Range(1, 10).Select(s => mint.Mint(new Random(s).NextDouble, Now)!)];

        Assert.That(canaries.Select(c => c.Case.Request.Nonce), Is.Unique);
        Assert.That(canaries.Select(c => c.IsSound).Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public void Canary_OfAnswersThatAreNotSure_IsAlwaysTamperedWith([Range(1, 20)] int seed)
    {
        Canary canary = Mint(sure: false).Mint(new Random(seed).NextDouble, Now)!;

        Assert.That(canary.IsSound, Is.False);
        AuditRequest original = Request();
        Assert.That(
            canary.Case.Request.Items.Zip(original.Items).Any(p => !p.First.Equals(p.Second)), Is.True);
    }

    [Test]
    public void Canary_IsNotForThoseWhoHaveSeenTheAnswers()
    {
        PeerId[] knowing = SomePeers(2);
        var mint = new CanaryMint(4);
        mint.Learn(new KnownAnswers(Case(knowing[0]), true, new HashSet<PeerId>(knowing)));

        Assert.That(mint.Mint(new Random(1).NextDouble, Now)!.Knowing, Is.EquivalentTo(knowing));
    }

    [Test]
    public void Mint_KeepsTheLastCasesAlone()
    {
        var mint = new CanaryMint(3);
        for (int i = 0; i < 10; i++)
        {
            mint.Learn(new KnownAnswers(Case(), true, new HashSet<PeerId>()));
        }

        Assert.That(mint.Count, Is.EqualTo(3));
    }

    [Test]
    public void Mint_ThatKnowsNothing_GivesNone() =>
        Assert.That(new CanaryMint(3).Mint(new Random(1).NextDouble, Now), Is.Null);

    [TestCase(true, ShardOutcome.Verified, AuditorFinding.SoundCanaryPassed)]
    [TestCase(true, ShardOutcome.Rejected, AuditorFinding.CanaryMissed)]
    [TestCase(true, ShardOutcome.Void, AuditorFinding.CanaryMissed)]
    [TestCase(true, ShardOutcome.Suspicious, null)]
    [TestCase(false, ShardOutcome.Rejected, AuditorFinding.CanaryKnown)]
    [TestCase(false, ShardOutcome.Suspicious, AuditorFinding.CanaryKnown)]
    [TestCase(false, ShardOutcome.Verified, AuditorFinding.CanaryMissed)]
    [TestCase(false, ShardOutcome.Void, AuditorFinding.CanaryMissed)]
    public void Verdict_OnACanary_SaysWhatItsAuditorIsWorth(bool sound, ShardOutcome outcome, AuditorFinding? finding) =>
        Assert.That(new Canary(Case(), sound, new HashSet<PeerId>()).Judge(outcome), Is.EqualTo(finding));

    [Test]
    public void Tampering_WithAnAnswerMuchLikeTheOther_IsNone()
    {
        // What two prompts share could be what the model gives to both.
        AuditItem foreign = Item(0, 16);
        foreign.Receipt.InputHash = ByteString.CopyFrom(new byte[32]);
        foreign.Receipt.OutputHash = ByteString.CopyFrom(new byte[32]);

        Assert.That(Tampering.Apply(Request(1), Tampering.Way.ForeignAnswer, foreign), Is.Null);
    }

    [Test]
    public void Tampering_WithAnEmptyAnswer_IsNone() => Assert.That(
        Enum.GetValues<Tampering.Way>().Select(w => Tampering.Apply(Request(1, 0), w, null)), Is.All.Null);

    [Test]
    public void Tampering_LeavesTheOriginalAsItIs()
    {
        AuditRequest original = Request();
        AuditRequest before = original.Clone();
        foreach (Tampering.Way way in Enum.GetValues<Tampering.Way>())
        {
            AuditRequest? tampered = Tampering.Apply(original, way, Item(5, 16));
            Assert.That(tampered, Is.Not.Null.And.Not.EqualTo(before), $"{way}");
        }

        Assert.That(original, Is.EqualTo(before));
    }

    private static CanaryMint Mint(bool sure)
    {
        var mint = new CanaryMint(4);
        mint.Learn(new KnownAnswers(Case(), sure, new HashSet<PeerId>()));
        AuditRequest other = Request();
        foreach (AuditItem item in other.Items)
        {
            AuditItem made = Item(item.Receipt.Index + 10, 12);
            made.Receipt.Index = made.Input.Index = made.Output.Index = item.Receipt.Index;
            (item.Receipt, item.Input, item.Output) = (made.Receipt, made.Input, made.Output);
        }

        mint.Learn(new KnownAnswers(Case(request: other), sure, new HashSet<PeerId>()));
        return mint;
    }
}
