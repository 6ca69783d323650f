namespace Infernet.Execution.Generation;

/// <summary>
/// Where one token of a given text stood when the model was shown everything before it (teacher forcing).
/// </summary>
/// <param name="TokenId">The token of the text.</param>
/// <param name="Logit">Its logit.</param>
/// <param name="BestTokenId">The likeliest token.</param>
/// <param name="BestLogit">The likeliest token's logit.</param>
/// <param name="DrawnTokenId">The token that the same sampler draws here.</param>
/// <param name="Margin">
/// How far, in logits, the given token fell short of the drawn one under the same random draws: 0 when they are the
/// same, infinite when the sampler had filtered it out.
/// </param>
/// <param name="Lead">
/// How far, in logits, the runner-up fell short of the drawn one; infinite when there was no other.
/// </param>
public readonly record struct TokenScore(
    int TokenId, float Logit, int BestTokenId, float BestLogit, int DrawnTokenId, double Margin, double Lead)
{
    /// <summary>Whether the text has the token that the sampler draws.</summary>
    public bool IsDrawn => TokenId == DrawnTokenId;
}
