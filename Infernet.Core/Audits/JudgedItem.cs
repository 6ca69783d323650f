namespace Infernet.Core.Audits;

/// <summary>What one item of a verdict says of its provider, such that it can be left out where it is known already.</summary>
/// <param name="Content">See <see cref="ContentKey"/>.</param>
/// <param name="IsVoid">Whether it can't be judged, because it is not the one that was signed for.</param>
/// <param name="IsWrong">Whether it is plainly wrong, see <see cref="AuditEvidence.IsWrong"/>.</param>
/// <param name="Ratios">Its log-likelihood ratio for each kind of cheat; those of several items add up.</param>
public sealed record JudgedItem(UInt128 Content, bool IsVoid, bool IsWrong, IReadOnlyList<double> Ratios);
