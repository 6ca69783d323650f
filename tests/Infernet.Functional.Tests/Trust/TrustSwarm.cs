using System.Text.Json;
using Infernet.Execution.Generation;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Trust;

/// <summary>
/// One swarm for all tests of trust: a submitter and four honest providers stay, the fifth provider is each test's own.
/// What the submitter thinks of the honest ones grows from test to test, as it would in a real swarm.
/// </summary>
[SetUpFixture]
internal sealed class TrustSwarm
{
    public const int Honest = 4;
    public const int Questions = 160;
    public const int FewQuestions = 40;
    private const int MaxTokens = 96;
    private const float Temperature = 1.5f;
    private const int Seed = 5;

    private static string[] _sampledAnswers = [];

    public static TestSwarm Swarm { get; private set; } = null!;

    public static SwarmNode Submitter => Swarm.Submitter;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Swarm = await TestSwarm.StartAsync(Honest);
        string[] questions = [.. File.ReadLines(Repository.QuestionsJsonl).Take(Questions)];
        await File.WriteAllLinesAsync(FileOf(Questions), questions);
        await File.WriteAllLinesAsync(FileOf(FewQuestions), questions.Take(FewQuestions));
        _sampledAnswers = await DirectAnswers.ToAsync(
            questions, new SamplingOptions { Temperature = Temperature, Seed = Seed }, MaxTokens);
    }

    [OneTimeTearDown]
    public ValueTask StopAsync() => Swarm.DisposeAsync();

    /// <summary>The right answers: those of the training text, or the ones that the seed decides.</summary>
    public static string[] Expected(bool sampled) =>
        sampled ? _sampledAnswers : Repository.ExpectedAnswers[..Questions];

    /// <summary>Asks all questions of all five providers, and waits for the end.</summary>
    public static Task<FinishedJob> AskAsync(bool sampled, params string[] arguments) => AskAsync(
        Submitter.RunAsync, sampled, FileOf(Questions), Honest + 1, arguments);

    /// <summary>The same for another submitter.</summary>
    public static Task<FinishedJob> AskThroughAsync(
        CheatingNode submitter, bool sampled, params string[] arguments) => AskAsync(
        submitter.RunAsync, sampled, FileOf(Questions), Honest + 1, arguments);

    /// <summary>Asks all questions of these providers alone, and waits for the end.</summary>
    public static Task<FinishedJob> AskEverythingAsync(bool sampled, string[] peers, params string[] arguments) =>
        AskOfAsync(Questions, sampled, peers, arguments);

    /// <summary>Asks a few questions of these providers, who may be slow, and waits for the end.</summary>
    public static Task<FinishedJob> AskOnlyAsync(bool sampled, string[] peers, params string[] arguments) =>
        AskOfAsync(FewQuestions, sampled, peers, arguments);

    /// <summary>What the submitter thinks of a peer.</summary>
    public static async Task<JsonElement> StandingOfAsync(string peer) =>
        (await Submitter.RunAsync("reputation", "show", peer, "--json")).Succeeded().Json.GetProperty("standing");

    private static string FileOf(int questions) => Path.Combine(Swarm.Folder, $"{questions}-questions.jsonl");

    private static Task<FinishedJob> AskOfAsync(int questions, bool sampled, string[] peers, string[] arguments) =>
        AskAsync(
            Submitter.RunAsync, sampled, FileOf(questions), peers.Length,
            [.. arguments, .. peers.SelectMany(p => (string[])["--peer", p])]);

    private static async Task<FinishedJob> AskAsync(
        Func<string[], Task<CommandResult>> run, bool sampled, string file, int providers, string[] arguments)
    {
        string[] sampling = sampled ? ["--temperature", $"{Temperature}", "--seed", $"{Seed}"] : [];
        CommandResult submitted = await run(
            [
                "job", "submit", "--model", Swarm.Model, "--input", file, "--max-tokens", $"{MaxTokens}",
                "--min-providers", $"{providers}", "--shard-size", "4", "--json", .. sampling, .. arguments,
            ]);
        JsonElement[] lines = submitted.Succeeded().JsonLines;
        return new FinishedJob(lines[..^1], lines[^1]);
    }
}
