using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Matching;

namespace Infernet.Daemon.Tests.Jobs.Matching;

[TestFixture]
public sealed class MatcherTests
{
    private static readonly Cid Model = Cid.OfRaw("model"u8);
    private static readonly Cid Other = Cid.OfRaw("other"u8);

    [Test]
    public void Candidate_OfAnotherModel_IsUnsuitableAndSaysWhatItServes() => Assert.That(
        Reason(new RequirementsSpecification(), Candidate(served: Other)),
        Is.EqualTo("serves llama-8b, not the model"));

    [Test]
    public void Candidate_WithTooSmallAGpu_IsUnsuitable() => Assert.That(
        Reason(new RequirementsSpecification { GpuMemoryGib = 24 }, Candidate(gpuGib: 8)),
        Is.EqualTo("serves llama-8b, needs 24 GiB GPU memory, has 8"));

    [Test]
    public void Candidate_WithoutAGpu_IsUnsuitableWhereOneIsNeeded() => Assert.That(
        Reason(new RequirementsSpecification { GpuMemoryGib = 0.5 }, Candidate()), Does.Contain("has 0"));

    [Test]
    public void Candidate_WithTooShortAContext_IsUnsuitable() => Assert.That(
        Reason(new RequirementsSpecification { ContextLength = 8_192 }, Candidate()),
        Does.Contain("needs a context of 8192 tokens, has 4096"));

    [Test]
    public void Candidate_ThatIsExcluded_IsUnsuitable()
    {
        Candidate candidate = Candidate();

        Assert.That(
            Reason(new RequirementsSpecification { ExcludePeers = [candidate.Peer.ToString()] }, candidate),
            Does.Contain("is excluded"));
    }

    [Test]
    public void Candidate_ThatIsNotNamed_IsUnsuitable() => Assert.That(
        Reason(new RequirementsSpecification { Peers = ["somebody else"] }, Candidate()), Does.Contain("not among"));

    [Test]
    public void Suitable_AreRankedBySpeedForOneMore()
    {
        Candidate slow = Candidate(speed: 100);
        Candidate fast = Candidate(speed: 1_000);
        Candidate busy = Candidate(speed: 1_000, free: 0);

        Match match = Matcher.Find(new RequirementsSpecification(), Model, null, [busy, slow, fast]);

        Assert.That(match.Suitable[0], Is.SameAs(fast));
        Assert.That(match.Suitable, Has.Count.EqualTo(3));
    }

    [Test]
    public void Suitable_MeasuredFarBelowTheirClaim_AreRankedByTheMeasurement()
    {
        Candidate honest = Candidate(speed: 100);
        Candidate boaster = Candidate(speed: 1_000) with { MeasuredShare = 0.05 };

        Match match = Matcher.Find(new RequirementsSpecification(), Model, null, [boaster, honest]);

        Assert.That(match.Suitable[0], Is.SameAs(honest));
    }

    [Test]
    public void Shortage_NamesTheNumbersAndEachReason()
    {
        Match match = Matcher.Find(
            new RequirementsSpecification { GpuMemoryGib = 24 }, Model, null,
            [Candidate(gpuGib: 8), Candidate(served: Other), Candidate(gpuGib: 80)]);

        Core.Api.ApiError shortage = Matcher.FindShortage(match, 3)!;

        Assert.That(shortage.Message, Does.StartWith("requested 3, reachable 3, suitable 1: "));
        Assert.That(shortage.Details, Has.Count.EqualTo(2).And.Some.Contains("needs 24 GiB GPU memory, has 8"));
        Assert.That(Matcher.FindShortage(match, 1), Is.Null);
    }

    [Test]
    public void Shortage_WhereNobodyIs_SaysHowToJoin() => Assert.That(
        Matcher.FindShortage(new Match([], []), 1)!.Message, Does.Contain("infernet peers connect"));

    [Test]
    public void Candidate_ThatWasConvicted_IsUnsuitableAndSaysWhy() => Assert.That(
        Reason(new RequirementsSpecification(), Candidate() with { Standing = Standing(0.9, "convicted by audits") }),
        Is.EqualTo("is excluded: convicted by audits"));

    [Test]
    public void Candidate_BelowTheReputationThatIsNeeded_IsUnsuitable() => Assert.That(
        Reason(new RequirementsSpecification { MinReputation = 0.5 }, Candidate() with { Standing = Standing(0.25) }),
        Is.EqualTo("serves llama-8b, needs a reputation of 0.5, has 0.25"));

    [Test]
    public void Suitable_OfLikeSpeed_AreRankedByReputation()
    {
        Candidate stranger = Candidate() with { Standing = Standing(0.05) };
        Candidate known = Candidate() with { Standing = Standing(0.9) };

        Match match = Matcher.Find(new RequirementsSpecification(), Model, null, [stranger, known]);

        Assert.That(match.Suitable[0], Is.SameAs(known));
    }

    private static PeerStanding Standing(double score, string? exclusion = null) =>
        new ReputationLedger(NodeIdentity.Generate().Id, new ReputationOptions())
            .Of(NodeIdentity.Generate().Id, DateTimeOffset.UnixEpoch.AddYears(56)) with
            {
                Score = score, Exclusion = exclusion,
            };

    private static string Reason(RequirementsSpecification requirements, Candidate candidate) =>
        Matcher.Find(requirements, Model, null, [candidate]).Unsuitable.Single().Reason;

    private static Candidate Candidate(Cid? served = null, double gpuGib = 0, double speed = 100, int free = 4)
    {
        var hardware = new Hardware();
        if (gpuGib > 0)
        {
            hardware.Gpus.Add(new Gpu { Name = "gpu", MemoryBytes = (ulong)(gpuGib * (1L << 30)) });
        }

        return new Candidate
        {
            Peer = NodeIdentity.Generate().Id,
            Models = new Dictionary<Cid, ServedModel>
            {
                [served ?? Model] = new() { Name = "llama-8b", ContextLength = 4_096, DecodeTokensPerSecond = speed },
            },
            Hardware = hardware,
            TotalSlots = 4,
            FreeSlots = free,
        };
    }
}
