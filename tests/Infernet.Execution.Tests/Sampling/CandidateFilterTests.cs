using Infernet.Execution.Generation;
using Infernet.Execution.Sampling;

namespace Infernet.Execution.Tests.Sampling;

[TestFixture]
public sealed class CandidateFilterTests
{
    private static readonly float[] Logits = [MathF.Log(0.1f), MathF.Log(0.4f), MathF.Log(0.2f), MathF.Log(0.3f)];

    private static int[] Ids(ReadOnlySpan<float> logits, SamplingOptions options) =>
        Ids(new CandidateFilter(), logits, options);

    private static int[] Ids(CandidateFilter filter, ReadOnlySpan<float> logits, SamplingOptions options) =>
        [.. filter.Apply(logits, LogitSearch.IndexOfMax(logits), options).ToArray().Select(candidate => candidate.Id)];

    [Test]
    public void TopK_KeepsTheLikeliest() =>
        Assert.That(Ids(Logits, new SamplingOptions { TopK = 2 }), Is.EqualTo(new[] { 1, 3 }));

    [Test]
    public void TopK_AmongEquals_KeepsTheLowestIds() =>
        Assert.That(Ids(new float[100], new SamplingOptions { TopK = 3 }), Is.EqualTo(new[] { 0, 1, 2 }));

    [Test]
    public void TopP_KeepsTheFewestThatHoldTheShare() =>
        Assert.That(Ids(Logits, new SamplingOptions { TopP = 0.65f }), Is.EqualTo(new[] { 1, 3 }));

    [Test]
    public void TopP_AlwaysKeepsTheBest() =>
        Assert.That(Ids(Logits, new SamplingOptions { TopP = 0.001f }), Is.EqualTo(new[] { 1 }));

    [Test]
    public void TopP_AfterTopK_SharesWhatIsLeft() =>
        Assert.That(Ids(Logits, new SamplingOptions { TopK = 2, TopP = 0.55f }), Is.EqualTo(new[] { 1 }));

    [Test]
    public void MinP_DropsTheUnlikely() =>
        Assert.That(
            Ids(Logits, new SamplingOptions { MinP = 0.45f }), Is.EquivalentTo(new[] { 1, 2, 3 }));

    [Test]
    public void Nothing_Filtered_KeepsAllNumbers() =>
        Assert.That(
            Ids([1, float.NaN, 3, float.NegativeInfinity], new SamplingOptions()), Is.EquivalentTo(new[] { 0, 2 }));

    [Test]
    public void NoNumbers_KeepNothing() =>
        Assert.That(Ids([float.NaN, float.NaN], new SamplingOptions { TopK = 1 }), Is.Empty);

    [Test]
    public void AnyOptions_KeepWhatSortingWould()
    {
        var random = new Random(9);
        var filter = new CandidateFilter();
        for (int round = 0; round < 300; round++)
        {
            float[] logits = [.. Enumerable.Range(0, random.Next(1, 2_000)).Select(_ => random.NextSingle() * 12)];
            var options = new SamplingOptions
            {
                TopK = random.Next(3) == 0 ? 0 : random.Next(1, 100),
                TopP = random.Next(3) == 0 ? 1 : random.NextSingle() * 0.98f + 0.01f,
                MinP = random.Next(3) == 0 ? 0 : random.NextSingle() * 0.2f,
            };

            int[] kept = [.. Ids(filter, logits, options).Order()];

            Assert.That(kept, Is.EqualTo(BySorting(logits, options).Order()), $"{options}");
        }
    }

    private static IEnumerable<int> BySorting(float[] logits, SamplingOptions options)
    {
        int[] ids = [.. Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id)];
        float max = logits[ids[0]];
        ids = options.TopK > 0 ? [.. ids.Take(options.TopK)] : ids;
        double total = ids.Order().Sum(id => Math.Exp((double)logits[id] - max));
        double mass = 0;
        int count = options.TopP < 1 ? 0 : ids.Length;
        while (count < ids.Length && (count == 0 || mass < options.TopP * total))
        {
            mass += Math.Exp((double)logits[ids[count++]] - max);
        }

        return ids.Take(count).Where(id => options.MinP == 0 || logits[id] >= max + Math.Log(options.MinP));
    }
}
