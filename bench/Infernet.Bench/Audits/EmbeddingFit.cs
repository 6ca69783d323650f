using Infernet.Bench.Processes;
using Infernet.Core.Audits;

namespace Infernet.Bench.Audits;

/// <summary>How far apart embeddings of honest engines are, and how many of a heavier quantisation's lie beyond that.</summary>
internal static class EmbeddingFit
{
    private const int Texts = 64;
    private const double Margin = 3;

    public static async Task<EmbeddingModel> RunAsync(
        IReadOnlyList<AuditEngine> engines, string cheat, CancellationToken ct)
    {
        string[] texts = [.. Enumerable.Range(0, Texts).Select(AuditedAnswers.QuestionText)];
        var honest = new List<float[][]>();
        foreach (AuditEngine engine in engines)
        {
            foreach (bool flash in new[] { true, false })
            {
                honest.Add(await engine.EmbedAsync(new EngineSetup(Repository.Model, 1, flash), texts, ct));
            }
        }

        float[][] cheated = await engines[0].EmbedAsync(new EngineSetup(cheat, 1, true), texts, ct);
        double farthest = honest.SelectMany(one => honest.SelectMany(other => Distances(one, other))).Max();
        double tolerance = Margin * farthest;
        double[] beyond = [.. honest.SelectMany(one => Distances(one, cheated))];
        return new EmbeddingModel(tolerance, (double)beyond.Count(distance => distance > tolerance) / beyond.Length);
    }

    private static IEnumerable<double> Distances(float[][] one, float[][] other) =>
        one.Zip(other, (a, b) => 1 - a.Zip(b, (x, y) => (double)x * y).Sum());
}
