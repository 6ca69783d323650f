namespace Infernet.Core.Audits;

/// <summary>What is known of the provider whose work may be audited.</summary>
/// <param name="Score">The lower bound of its reputation, 0 to 1.</param>
/// <param name="AuditsPassed">How many audits it has passed.</param>
/// <param name="LogLikelihoodRatio">Of its running <see cref="SequentialTest"/>.</param>
public sealed record AuditSubject(double Score, double AuditsPassed, double LogLikelihoodRatio)
{
    /// <summary>A peer that nobody knows.</summary>
    public static AuditSubject Newcomer { get; } = new(0, 0, 0);
}
