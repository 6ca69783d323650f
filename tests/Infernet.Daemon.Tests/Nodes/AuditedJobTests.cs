using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Nodes;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>Jobs whose answers are judged, on whole nodes with the real engine.</summary>
[TestFixture]
public sealed class AuditedJobTests
{
    private static readonly CourtOptions Watchful = new()
    {
        CanaryRate = 1,
        MaxCanaries = 16,
        Hearing = new HearingOptions { SecondOpinionRate = 0.5, NobodyTimeout = TimeSpan.Zero },
    };

    [Test]
    public async Task Provider_ThatGivesCannedAnswers_IsRejectedConvictedAndItsItemsAreRedone()
    {
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(2);
        Node cheat = await swarm.AddAsync("cheat", AuditSwarm.Canned);

        (JobStatus ended, IReadOnlyList<JobResult> results) = await swarm.RunAsync(swarm.Job(60, 3));

        AssertRight(ended, results, 60);
        Assert.That(results.Select(r => r.Provider), Has.None.EqualTo(cheat.Id.ToString()));
        JobProvider account = ended.Providers.Single(p => p.PeerId == cheat.Id.ToString());
        Assert.That(account.Rejected, Is.GreaterThanOrEqualTo(2));
        Assert.That(account.Items, Is.Zero);
        Assert.That(ended.Verification!.Rejections.Select(r => r.Provider), Is.All.EqualTo(cheat.Id.ToString()));
        Assert.That(await swarm.EventsAsync(ended.Id, "audit-rejected"), Is.Not.Empty);
        Assert.That(await swarm.EventsAsync(ended.Id, "provider-convicted"), Has.Count.EqualTo(1));
        Assert.That(swarm.Submitter.Reputation.Of(cheat.Id).IsExcluded, Is.True);
    }

    [Test]
    public async Task HonestProviders_OnDifferingEngines_AreNeverRejected()
    {
        // One process runs one CPU variant; what else changes the bits differs between them.
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(
            3, provider: (i, o) => o with { FlashAttention = i != 1, Slots = 1 + 3 * i, Threads = 1 + i % 2 });

        (JobStatus ended, IReadOnlyList<JobResult> results) = await swarm.RunAsync(swarm.Job(90, 3) with
        {
            Sampling = new SamplingSpecification { MaxTokens = 48, Temperature = 0.8f, Seed = 7 },
        });

        Assert.That(ended.State, Is.EqualTo("done"));
        Assert.That(ended.Verification!.Passed, Is.GreaterThan(10));
        Assert.That((ended.Verification.Rejected, ended.Verification.Missed), Is.EqualTo((0, 0)));
        Assert.That(results.Select(r => r.Verification!.State), Has.Some.EqualTo("verified"));
        Assert.That(
            results.Where(r => r.Verification!.State == "verified")
                .All(r => r.Verification!.Auditors.Count > 0 && !r.Verification.Auditors.Contains(r.Provider)),
            Is.True);
    }

    [Test]
    public async Task Job_WithoutAnybodyElseToAsk_SaysThatItsAnswersAreUnaudited()
    {
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(1);

        (JobStatus ended, IReadOnlyList<JobResult> results) = await swarm.RunAsync(swarm.Job(8, 1));

        AssertRight(ended, results, 8);
        Assert.That(ended.Verification!.Missed, Is.EqualTo(4));
        Assert.That(
            results.Select(r => (r.Verification!.State, r.Verification.Reason, r.Verification.Missed)),
            Is.All.EqualTo(("unaudited", "no auditor", true)));
    }

    [Test]
    public async Task Job_ThatWantsNoAudits_HasNone()
    {
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(2);

        (JobStatus ended, IReadOnlyList<JobResult> results) = await swarm.RunAsync(swarm.Job(8, 2) with
        {
            Verification = new VerificationSpecification { Mode = VerificationMode.None },
        });

        AssertRight(ended, results, 8);
        Assert.That(await swarm.EventsAsync(ended.Id, "audit-started"), Is.Empty);
        Assert.That(results.Select(r => r.Verification!.Reason), Is.All.EqualTo("not asked for"));
    }

    [Test]
    public async Task Submitter_WithAnEngine_JudgesItself()
    {
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(0);
        Node cheat = await swarm.AddAsync("cheat", AuditSwarm.Canned);
        await TestNodes.PullModelAsync(swarm.Submitter, cheat.Models.List()[0].Cid);

        (JobStatus ended, IReadOnlyList<JobResult> results) = await swarm.RunAsync(swarm.Job(24, 2));

        AssertRight(ended, results, 24);
        Assert.That(results.Select(r => r.Provider), Is.All.EqualTo(swarm.Submitter.Id.ToString()));
        Assert.That(results.Select(r => r.Verification!.Reason), Is.All.EqualTo("computed by this node itself"));
    }

    [Test]
    public async Task Auditors_WhoVanish_DoNotHoldTheJobUp()
    {
        var impatient = new CourtOptions
        {
            Inquiry = new InquiryLimits { CommitTimeout = TimeSpan.FromMilliseconds(300) },
            Hearing = new HearingOptions { NobodyTimeout = TimeSpan.Zero },
        };
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(
            2, o => o with { Court = impatient }, (_, o) => Judging(o, Timeout.InfiniteTimeSpan));

        (JobStatus ended, IReadOnlyList<JobResult> results) = await swarm.RunAsync(swarm.Job(8, 2));

        AssertRight(ended, results, 8);
        Assert.That(results.Select(r => r.Verification!.Reason), Is.All.EqualTo("no auditor"));
    }

    [Test]
    public async Task Slanderer_IsOutvotedAndLosesItsStanding()
    {
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(3, o => o with { Court = Watchful });
        Node slanderer = await swarm.AddAsync(
            "slanderer", o => AuditSwarm.Judging(o, _ => ItemVerdict.Types.Fault.Text));

        (JobStatus ended, IReadOnlyList<JobResult> results) = await swarm.RunAsync(swarm.Job(120, 4));

        AssertRight(ended, results, 120);
        Assert.That(await swarm.EventsAsync(ended.Id, "provider-convicted"), Is.Empty);
        Assert.That(await swarm.EventsAsync(ended.Id, "audit-disputed"), Is.Not.Empty);
        Assert.That(swarm.Submitter.Reputation.Of(slanderer.Id).AuditorScore, Is.LessThan(0.5));
    }

    [Test]
    public async Task LazyAuditor_LosesItsStandingByCanaries()
    {
        // Nobody else looks at what it judges.
        CourtOptions alone = Watchful with { Hearing = Watchful.Hearing with { SecondOpinionRate = 0 } };
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(2, o => o with { Court = alone });
        Node lazy = await swarm.AddAsync("lazy", o => AuditSwarm.Judging(o, _ => null));
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        swarm.Submitter.Reputation.Changed += peer =>
        {
            if (peer == lazy.Id && swarm.Submitter.Reputation.Of(peer) is { MayAudit: false })
            {
                lost.TrySetResult();
            }
        };

        // Who gets a canary is drawn: one job may end before the lazy one was sent any that is wrong.
        for (int job = 0; job < 5 && !lost.Task.IsCompleted; job++)
        {
            (JobStatus ended, IReadOnlyList<JobResult> results) = await swarm.RunAsync(swarm.Job(120, 3));
            AssertRight(ended, results, 120);
        }

        await lost.Task.WaitAsync(TestNodes.Patience);
    }

    [Test]
    public async Task PendingAudits_GoOnAfterARestart()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(2, provider: (_, o) => o with
        {
            Conduct = new ProviderConduct
            {
                Judge = honest => async (request, cancellationToken) =>
                {
                    await release.Task.WaitAsync(cancellationToken);
                    return await honest(request, cancellationToken);
                },
            },
        });
        JobStatus submitted = await swarm.Submitter.Jobs.SubmitAsync(swarm.Job(8, 2), CancellationToken.None);
        for (int i = 0; i < 4; i++)
        {
            int nth = i;
            await TestNodes.EventAsync(
                swarm.Submitter, submitted.Id, Nth("audit-started", nth));
        }

        await swarm.RestartSubmitterAsync();
        Assert.That(swarm.Submitter.Jobs.Get(submitted.Id).State, Is.Not.EqualTo("done"));
        release.SetResult();
        JobStatus ended = await TestNodes.EndOfAsync(swarm.Submitter, submitted.Id);
        IReadOnlyList<JobResult> results = await TestNodes.ResultsAsync(swarm.Submitter, submitted.Id);

        AssertRight(ended, results, 8);
        Assert.That(results.Select(r => r.Verification!.State), Is.All.EqualTo("verified"));
        // Four shards; and a copy of one that somebody else had begun when it came may be judged, too.
        int judged = (await swarm.EventsAsync(ended.Id, "audit-started")).Count;
        Assert.That(judged, Is.GreaterThanOrEqualTo(4));
        Assert.That((ended.Verification!.Passed, ended.Verification.Pending), Is.EqualTo((judged, 0)));
    }

    [Test]
    public async Task Exact_IsDeclinedByProvidersWhoseBitsCantBeReproduced()
    {
        await using AuditSwarm swarm = await AuditSwarm.StartAsync(
            1, o => o with { Running = new RunOptions { NoProviderTimeout = TimeSpan.FromMilliseconds(100) } });

        (JobStatus ended, _) = await swarm.RunAsync(swarm.Job(4, 1) with
        {
            Verification = new VerificationSpecification { Mode = VerificationMode.Exact },
        });

        Assert.That((ended.State, ended.Error!.Code), Is.EqualTo(("failed", "unreachable")));
        Assert.That(
            (await swarm.EventsAsync(ended.Id, "provider-declined")).Select(e => e.Message),
            Is.All.Contain("same bits"));
    }

    private static Func<JobEvent, bool> Nth(string type, int skip)
    {
        int seen = 0;
        return happened => happened.Type == type && seen++ == skip;
    }

    private static NodeOptions Judging(NodeOptions options, TimeSpan after) => options with
    {
        Conduct = new ProviderConduct
        {
            Judge = honest => async (request, cancellationToken) =>
            {
                await new TaskCompletionSource().Task.WaitAsync(after, cancellationToken);
                return await honest(request, cancellationToken);
            },
        },
    };

    private static void AssertRight(JobStatus ended, IReadOnlyList<JobResult> results, int count)
    {
        Assert.That(ended.State, Is.EqualTo("done"), ended.Error?.Message);
        Assert.That(
            results.Select(r => r.Output),
            Is.EqualTo(Enumerable.Range(0, count).Select(i => TestNodes.Questions[i % TestNodes.Questions.Count].Answer)));
    }
}
