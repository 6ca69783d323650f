namespace Infernet.Core.Api;

/// <summary>Settles what vouchers hold.</summary>
/// <param name="DryRun">Only say what would be settled, and what it takes.</param>
public sealed record SettleRequest(bool DryRun = false);
