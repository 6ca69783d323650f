namespace Infernet.Core.Api;

/// <summary>Does something to a lease or an escrow that is there.</summary>
/// <param name="Address">Its account.</param>
/// <param name="DryRun">Only say what it takes.</param>
public sealed record ContractRequest(string Address, bool DryRun = false);
