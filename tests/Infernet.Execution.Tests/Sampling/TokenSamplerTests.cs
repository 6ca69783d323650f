using Infernet.Execution.Generation;
using Infernet.Execution.Sampling;

namespace Infernet.Execution.Tests.Sampling;

[TestFixture]
public sealed class TokenSamplerTests
{
    private static readonly double[] Probabilities = [0.05, 0.4, 0.15, 0.3, 0.1];
    private static readonly float[] Logits = [.. Probabilities.Select(p => (float)Math.Log(p))];

    [Test]
    public void Sample_AtTemperatureZero_IsTheLikeliestWhateverTheSeed() =>
        Assert.That(
            Enumerable.Range(0, 20)
                .Select(i => new TokenSampler().Sample(Logits, new SamplingOptions { Seed = (ulong)i }, i)),
            Is.All.EqualTo(1));

    [Test]
    public void Sample_OfSameSeedAndPosition_IsTheSame()
    {
        var options = new SamplingOptions { Temperature = 1, Seed = 42 };
        int[] once = [.. Enumerable.Range(0, 200).Select(i => new TokenSampler().Sample(Logits, options, i))];
        var sampler = new TokenSampler();
        int[] backwards = [.. Enumerable.Range(0, 200).Reverse().Select(i => sampler.Sample(Logits, options, i)).Reverse()];

        Assert.That(backwards, Is.EqualTo(once));
    }

    [Test]
    public void Sample_OfOtherSeed_Differs()
    {
        var sampler = new TokenSampler();
        int[] Draws(ulong seed) => [.. Enumerable.Range(0, 200)
            .Select(i => sampler.Sample(Logits, new SamplingOptions { Temperature = 1, Seed = seed }, i))];

        Assert.That(Draws(1), Is.Not.EqualTo(Draws(2)));
    }

    /// <summary>Chi-squared with 4 degrees of freedom: 23.5 is passed by chance once in ten thousand.</summary>
    [TestCase(1.0)]
    [TestCase(0.5)]
    [TestCase(2.0)]
    public void Sample_OverManyPositions_FollowsTheSoftmax(double temperature)
    {
        const int Draws = 40_000;
        var options = new SamplingOptions { Temperature = (float)temperature, Seed = 20 };
        var sampler = new TokenSampler();
        int[] counts = new int[Logits.Length];
        for (int position = 0; position < Draws; position++)
        {
            counts[sampler.Sample(Logits, options, position)]++;
        }

        double[] weights = [.. Probabilities.Select(p => Math.Pow(p, 1 / temperature))];
        double chiSquared = counts.Zip(weights, (count, weight) =>
        {
            double expected = Draws * weight / weights.Sum();
            return (count - expected) * (count - expected) / expected;
        }).Sum();
        Assert.That(chiSquared, Is.LessThan(23.5), string.Join(" ", counts));
    }

    [Test]
    public void Sample_OverManySeeds_FollowsTheSoftmax()
    {
        const int Draws = 20_000;
        var sampler = new TokenSampler();
        double hits = Enumerable.Range(0, Draws)
            .Count(seed => sampler.Sample(Logits, new SamplingOptions { Temperature = 1, Seed = (ulong)seed }, 7) == 1);

        Assert.That(hits / Draws, Is.EqualTo(0.4).Within(0.015));
    }

    [Test]
    public void Sample_OfLargeVocabulary_IsTheLargestOfAllPerturbedLogits()
    {
        var random = new Random(6);
        var sampler = new TokenSampler();
        for (int position = 0; position < 50; position++)
        {
            float[] logits = [.. Enumerable.Range(0, 3_000).Select(_ => random.NextSingle() * 15)];
            var options = new SamplingOptions { Temperature = 0.8f, Seed = 77 };
            int expected = Enumerable.Range(0, logits.Length).MaxBy(id =>
                logits[id] / (double)options.Temperature +
                GumbelNoise.Value(GumbelNoise.Draw(options.Seed, position, id)));

            Assert.That(sampler.Sample(logits, options, position), Is.EqualTo(expected));
        }
    }

    [Test]
    public void Noise_OfAnyDraw_StaysBelowItsBound()
    {
        var random = new Random(8);
        IEnumerable<long> draws = Enumerable.Range(0, 10_000).Select(_ => random.NextInt64(1L << 52))
            .Concat([0, 1, (1L << 52) - 1, (1L << 52) - 2]);

        Assert.That(
            draws.Where(draw => !(GumbelNoise.Value(draw) <= GumbelNoise.Bound(draw)
                && double.IsFinite(GumbelNoise.Value(draw)))),
            Is.Empty);
    }

    [Test]
    public void Sample_WithoutAnyNumber_IsNone() =>
        Assert.That(
            new TokenSampler().Sample([float.NaN, float.NaN], new SamplingOptions { Temperature = 1 }, 0),
            Is.EqualTo(-1));

    [Test]
    public void Score_OfDrawnToken_HasNoMargin()
    {
        var sampler = new TokenSampler();
        var options = new SamplingOptions { Temperature = 0.9f, TopK = 4, Seed = 5 };
        for (int position = 0; position < 100; position++)
        {
            int token = sampler.Sample(Logits, options, position);
            TokenScore score = sampler.Score(Logits, options, position, token);
            Assert.That((score.DrawnTokenId, score.Margin), Is.EqualTo((token, 0.0)));
        }
    }

    [Test]
    public void Score_OfFilteredToken_IsInfinitelyFar() =>
        Assert.That(
            new TokenSampler().Score(Logits, new SamplingOptions { Temperature = 1, TopK = 2 }, 0, 0).Margin,
            Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void Score_AtTemperatureZero_IsTheDistanceFromTheBest()
    {
        TokenScore score = new TokenSampler().Score(Logits, SamplingOptions.Greedy, 0, 3);

        Assert.Multiple(() =>
        {
            Assert.That((score.BestTokenId, score.DrawnTokenId), Is.EqualTo((1, 1)));
            Assert.That(score.Margin, Is.EqualTo(Math.Log(0.4 / 0.3)).Within(1e-6));
        });
    }
}
