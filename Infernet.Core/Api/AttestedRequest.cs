namespace Infernet.Core.Api;

/// <summary>Acts on what members of the committee signed: slashes a stake, or releases an escrow.</summary>
/// <param name="Attestations">One of each member.</param>
/// <param name="DryRun">Only say what it takes.</param>
public sealed record AttestedRequest(IReadOnlyList<AttestationView> Attestations, bool DryRun = false);
