namespace Infernet.Core.Audits;

/// <summary>How far embeddings of honest providers are from an auditor's.</summary>
/// <param name="Tolerance">Largest cosine distance that is right: 1 minus the cosine.</param>
/// <param name="Detection">The share of the mildest cheat's embeddings that lie beyond it.</param>
public sealed record EmbeddingModel(double Tolerance, double Detection)
{
    private const double MostCertain = 0.9;

    /// <summary>What an embedding within the tolerance says: it speaks for honesty as far as cheats would be found.</summary>
    public double LogLikelihoodWithin() => Math.Log(1 - Math.Clamp(Detection, 0, MostCertain));
}
