using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Infernet.Execution.Generation;
using Infernet.Execution.Sampling;

namespace Infernet.Execution.Tests.Sampling;

/// <summary>
/// What is drawn is a function of logits, options and position that provider and auditor must share to the bit, on every
/// processor and in every version. Held against the definition, written down plainly, and against the bits of old.
/// </summary>
[TestFixture]
public sealed class SamplingContractTests
{
    private static readonly int[] Vocabularies = [1, 3, 7, 8, 9, 64, 100, 1_003, 3_072];

    // Of the first version, which looked at one token at a time.
    private const string BitsOfOld = "d286618f17fac23d6759d78759622b6b77232a33b7a9d75284d4e54acd4386de";

    private static readonly SamplingOptions[] Samplers =
    [
        new() { Temperature = 0 },
        new() { Temperature = 1, Seed = 1 },
        new() { Temperature = 0.3f, Seed = 1UL << 40 },
        new() { Temperature = 50, Seed = 3 },
        new() { Temperature = 0.8f, TopP = 0.95f, Seed = 4 },
        new() { Temperature = 1.5f, TopP = 0.999f, Seed = ulong.MaxValue },
        new() { Temperature = 1, TopP = 0.1f, MinP = 0.3f, Seed = 6 },
        new() { Temperature = 1, MinP = 0.02f, Seed = 7 },
        new() { Temperature = 1, MinP = 1, Seed = 8 },
        new() { Temperature = 0.7f, TopK = 40, TopP = 0.9f, MinP = 0.01f, Seed = 9 },
        new() { Temperature = 1, TopK = 1, Seed = 10 },
        new() { Temperature = 1, TopK = 5_000, Seed = 11 },
    ];

    [Test]
    public void Draws_AreThoseOfTheDefinition()
    {
        var sampler = new TokenSampler();
        Assert.Multiple(() =>
        {
            foreach ((float[] logits, SamplingOptions options, int position, int token) in Cases())
            {
                (int id, double margin, double lead) = Define(logits, options, position, token);
                TokenScore score = sampler.Score(logits, options, position, token);
                Assert.That(sampler.Sample(logits, options, position), Is.EqualTo(id), $"{options}, {logits.Length}");
                Assert.That(
                    (score.DrawnTokenId, score.Margin, score.Lead), Is.EqualTo((id, margin, lead)),
                    $"{options}, {logits.Length} tokens, at {position}");
            }
        });
    }

    [Test]
    public void Draws_AreThoseOfOld()
    {
        var sampler = new TokenSampler();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((float[] logits, SamplingOptions options, int position, int token) in Cases())
        {
            TokenScore score = sampler.Score(logits, options, position, token);
            double[] numbers =
            [
                sampler.Sample(logits, options, position), score.DrawnTokenId, score.BestTokenId, score.BestLogit,
                score.Margin, score.Lead,
            ];
            // A NaN has many bit patterns.
            hash.AppendData(MemoryMarshal.AsBytes<double>([.. numbers.Select(n => double.IsNaN(n) ? -2 : n)]));
        }

        Assert.That(Convert.ToHexStringLower(hash.GetHashAndReset()), Is.EqualTo(BitsOfOld));
    }

    private static IEnumerable<(float[] Logits, SamplingOptions Options, int Position, int Token)> Cases()
    {
        var random = new Random(20_261);
        foreach (int vocabulary in Vocabularies)
        {
            foreach (SamplingOptions options in Samplers)
            {
                for (int kind = 0; kind < 5; kind++)
                {
                    yield return (
                        Logits(random, vocabulary, kind), options, random.Next(5_000), random.Next(vocabulary));
                }
            }
        }
    }

    /// <summary>Flat, peaked, full of equals, full of what is no number, and nothing but that.</summary>
    private static float[] Logits(Random random, int vocabulary, int kind) =>
    [
        .. Enumerable.Range(0, vocabulary).Select(_ => kind switch
        {
            0 => random.NextSingle() * 4,
            1 => -30 * MathF.Sqrt(random.NextSingle()),
            2 => random.Next(6),
            3 => random.Next(4) switch
            {
                0 => float.NaN, 1 => float.NegativeInfinity, _ => random.NextSingle() * 9 - 3,
            },
            _ => random.Next(50) == 0 ? -3 : float.NaN,
        }),
    ];

    private static (int Id, double Margin, double Lead) Define(
        float[] logits, SamplingOptions options, int position, int token)
    {
        Candidate[] all =
        [
            .. logits.Select((logit, id) => new Candidate(logit, id)).Where(c => float.IsFinite(c.Logit)).Order(),
        ];
        if (all.Length == 0)
        {
            return (-1, double.PositiveInfinity, double.PositiveInfinity);
        }

        if (options.Temperature == 0)
        {
            double second = all.Length > 1 ? all[1].Logit : double.NegativeInfinity;
            return (all[0].Id, all[0].Logit - logits[token], all[0].Logit - second);
        }

        double temperature = options.Temperature;
        (int Id, double Score)[] scores =
        [
            .. Filter(logits, all, options)
                .Select(c => (c.Id, Score: c.Logit / temperature
                    + GumbelNoise.Value(GumbelNoise.Draw(options.Seed, position, c.Id))))
                .OrderByDescending(s => s.Score).ThenBy(s => s.Id),
        ];
        double next = scores.Length > 1 ? scores[1].Score : double.NegativeInfinity;
        int at = Array.FindIndex(scores, s => s.Id == token);
        double margin = at < 0 ? double.PositiveInfinity : (scores[0].Score - scores[at].Score) * temperature;
        return (scores[0].Id, margin, (scores[0].Score - next) * temperature);
    }

    private static List<Candidate> Filter(float[] logits, Candidate[] all, SamplingOptions options)
    {
        float max = all[0].Logit;
        bool topK = options.TopK > 0 && options.TopK < logits.Length;
        Candidate[] kept = topK ? [.. all.Take(options.TopK)] : all;
        if (options.TopP < 1)
        {
            double whole = topK ? kept.Sum(c => SoftmaxMass.Weight(c.Logit, max)) : SoftmaxMass.Of(logits, max);
            double mass = 0;
            int count = 0;
            while (count < kept.Length && mass < options.TopP * whole)
            {
                mass += SoftmaxMass.Weight(kept[count++].Logit, max);
            }

            kept = kept[..count];
        }

        float floor = options.MinP > 0 ? (float)(max + PortableMath.Log(options.MinP)) : float.MinValue;
        return [.. kept.Where(c => c.Logit >= floor)];
    }
}
