using System.Text.Json;
using Infernet.Bench.Processes;
using Infernet.Bench.Reporting;

namespace Infernet.Bench.Dispatch;

/// <summary>
/// From a job's submission to its first shard on the way, and to the first answer that was accepted: a submitter and a
/// provider, each an installed node, by the times that the job's own events carry. One prompt, one token.
/// </summary>
internal static class DispatchBench
{
    private const int WarmUps = 3;
    private const int Jobs = 20;

    private static readonly string Model = Path.Combine(
        Repository.Root, "models", "pocket-wordnet-5m", "pocket-wordnet-5m.q8_0.gguf");

    public static async Task RunAsync(BenchReport report, CancellationToken token)
    {
        await using var submitter = new InfernetNode();
        await using var provider = new InfernetNode();
        await submitter.StartAsync(token, "--no-serve");
        await provider.StartAsync(token, "--bootstrap", submitter.Address);
        await provider.RunAsync(token, "model", "add", Model, "--alias", "wordnet");

        var (sent, accepted) = (new List<double>(), new List<double>());
        for (int i = -WarmUps; i < Jobs; i++)
        {
            JsonElement[] events = await RunJobAsync(submitter, token);
            if (i >= 0)
            {
                sent.Add(MillisecondsUntil(events, "shard-sent"));
                accepted.Add(MillisecondsUntil(events, "shard-done"));
            }
        }

        report.Add("submit to the first shard sent, p50", Samples.Median(sent), "ms");
        report.Add("submit to the first accepted shard, p50", Samples.Median(accepted), "ms");
        report.Add("submit to the first accepted shard, p95", Samples.Percentile(accepted, 0.95), "ms");
    }

    private static async Task<JsonElement[]> RunJobAsync(InfernetNode submitter, CancellationToken token)
    {
        string submitted = await submitter.RunAsync(
            token, "job", "submit", "--model", "wordnet", "--prompt", "What is a heron?", "--max-tokens", "1",
            "--detach", "--json");
        string id = JsonSerializer.Deserialize<JsonElement>(submitted).GetProperty("id").GetString()!;
        string watched = await submitter.RunAsync(token, "job", "watch", id, "--json");
        return [.. watched.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Where(said => said.TryGetProperty("sequence", out _))];
    }

    private static double MillisecondsUntil(JsonElement[] events, string type)
    {
        JsonElement found = events.First(said => said.GetProperty("type").GetString() == type);
        return (TimeOf(found) - TimeOf(events[0])).TotalMilliseconds;
    }

    private static DateTimeOffset TimeOf(JsonElement said) => said.GetProperty("at").GetDateTimeOffset();
}
