using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Trust;

/// <summary>
/// One of five providers cheats, each time in another way. Nobody is excluded for one audit, and whoever is suspected
/// gets little work, so it is asked again, with one other alone, until it is found out: everything, since the same answer
/// to the same question is no new evidence, and a few questions may all be with the other before it has joined.
/// </summary>
public class CheatingProviderTests
{
    private const int MostJobs = 4;

    // At temperatures above 0 two tokens may be so near that rounding decides between them; whoever gives the other one
    // can't be told from an honest node by that answer. There may be so many in all jobs of a cheater together.
    private const int MostNarrowAnswers = 2;

    [TestCase("smaller-model", false)]
    [TestCase("heaviest-quantisation", false)]
    [TestCase("heavier-quantisation", true)]
    [TestCase("stale-version", true)]
    [TestCase("truncated-answer", false)]
    [TestCase("copied-answer", false)]
    [TestCase("edited-tokens", false)]
    [TestCase("wrong-seed", true)]
    [TestCase("other-sampler", true)]
    [TestCase("canned-answer", false)]
    public async Task Provider_ThatCheats_IsFoundOutAndItsAnswersAreRedone(string cheat, bool sampled)
    {
        await using CheatingNode cheater = await CheatingNode.JoinAsync(TrustSwarm.Swarm, cheat);

        FinishedJob job = await TrustSwarm.AskAsync(sampled);
        int narrow = ExpectRightAnswers(job, sampled, cheater.PeerId);
        for (int jobs = 1; !await IsExcludedAsync(cheater.PeerId) && jobs < MostJobs; jobs++)
        {
            job = await TrustSwarm.AskEverythingAsync(
                sampled, [cheater.PeerId, TrustSwarm.Swarm.Providers[0].PeerId]);
            narrow += ExpectRightAnswers(job, sampled, cheater.PeerId);
        }

        Assert.That(narrow, Is.LessThanOrEqualTo(sampled ? MostNarrowAnswers : 0));
        Assert.That(
            await IsExcludedAsync(cheater.PeerId), Is.True, $"{await TrustSwarm.StandingOfAsync(cheater.PeerId)}");
        await ExpectHonestOnesUnharmedAsync();
    }

    [Test]
    public async Task Provider_ThatCheatsOnThreeShardsOfTen_IsFoundOutByItsShardsAlone()
    {
        await using CheatingNode cheater = await CheatingNode.JoinAsync(
            TrustSwarm.Swarm, "canned-answer", "--share", "0.3");

        for (int jobs = 0; jobs == 0 || !await IsExcludedAsync(cheater.PeerId) && jobs < MostJobs; jobs++)
        {
            FinishedJob job = await TrustSwarm.AskEverythingAsync(
                sampled: false, [cheater.PeerId, TrustSwarm.Swarm.Providers[0].PeerId], "--audit-rate", "1");
            Assert.That(ExpectRightAnswers(job, sampled: false, cheater.PeerId), Is.Zero);
        }

        JsonElement standing = await TrustSwarm.StandingOfAsync(cheater.PeerId);
        Assert.That(await IsExcludedAsync(cheater.PeerId), Is.True, $"{standing}");
        Assert.That(standing.GetProperty("audits_passed").GetInt32(), Is.Positive, "It was honest now and then.");
        await ExpectHonestOnesUnharmedAsync();
    }

    [TestCase("foreign-receipt", "is signed by")]
    [TestCase("replayed-receipt", "is about shard")]
    [TestCase("impossible-times", "times")]
    public async Task Receipts_ThatCantBe_EndTheConnectionAndTheirAnswersAreRedone(string cheat, string reason)
    {
        await using CheatingNode cheater = await CheatingNode.JoinAsync(TrustSwarm.Swarm, cheat);

        FinishedJob job = await TrustSwarm.AskAsync(sampled: false);

        Assert.That(ExpectRightAnswers(job, sampled: false, cheater.PeerId), Is.Zero);
        Assert.That(job.Provider(cheater.PeerId).GetProperty("detail").GetString(), Does.Contain(reason));
        await ExpectHonestOnesUnharmedAsync();
    }

    // What is wrong and still there must be the cheater's, and say that it is in doubt, or have been judged to be within
    // what rounding explains; how many of those there are is answered.
    private static int ExpectRightAnswers(FinishedJob job, bool sampled, string cheater)
    {
        string[] expected = TrustSwarm.Expected(sampled)[..job.Status.GetProperty("total_items").GetInt32()];
        Assert.That(job.Answers, Has.Length.EqualTo(expected.Length));
        int[] wrong =
        [
            .. Enumerable.Range(0, expected.Length)
                .Where(i => job.Results[i].GetProperty("output").GetString() != expected[i]),
        ];
        IEnumerable<string> unexplained = wrong
            .Where(i => job.Results[i].GetProperty("provider").GetString() != cheater
                || job.Marks[i] is not ("disputed" or "verified"))
            .Select(i => $"{job.Results[i]}");
        Assert.That(string.Join('\n', unexplained), Is.Empty, $"{job.Provider(cheater)}");
        return wrong.Count(i => job.Marks[i] == "verified");
    }

    private static async Task<bool> IsExcludedAsync(string peer) =>
        (await TrustSwarm.StandingOfAsync(peer)).TryGetProperty("exclusion", out _);

    private static async Task ExpectHonestOnesUnharmedAsync()
    {
        foreach (SwarmNode honest in TrustSwarm.Swarm.Providers)
        {
            JsonElement standing = await TrustSwarm.StandingOfAsync(honest.PeerId);
            Assert.That(standing.TryGetProperty("exclusion", out _), Is.False);
            Assert.That(standing.GetProperty("audits_failed").GetInt32(), Is.Zero);
        }
    }
}
