using System.Text.Json;

namespace Infernet.Functional.Tests.Trust;

/// <summary>What a job printed: a line for each answer, and how it stood at the end.</summary>
internal sealed record FinishedJob(JsonElement[] Results, JsonElement Status)
{
    public string Id => Status.GetProperty("id").GetString()!;

    public string[] Answers => [.. Results.Select(r => r.GetProperty("output").GetString()!)];

    /// <summary>How far each answer was looked at, such as "verified".</summary>
    public string[] Marks => [.. Results.Select(r => r.GetProperty("verification").GetProperty("state").GetString()!)];

    /// <summary>The line of one provider.</summary>
    public JsonElement Provider(string peer) => Status.GetProperty("providers").EnumerateArray()
        .Single(p => p.GetProperty("peer_id").GetString() == peer);
}
