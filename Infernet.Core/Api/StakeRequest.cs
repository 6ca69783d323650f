namespace Infernet.Core.Api;

/// <summary>Changes this node's stake.</summary>
/// <param name="Amount">Such as "5 SOL"; null to withdraw what has cooled down.</param>
/// <param name="DryRun">Only say what it takes.</param>
public sealed record StakeRequest(string? Amount = null, bool DryRun = false);
