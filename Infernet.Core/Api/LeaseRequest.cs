namespace Infernet.Core.Api;

/// <summary>Rents time of a provider.</summary>
/// <param name="Provider">A wallet's address, or a peer id whose advert names one.</param>
/// <param name="PricePerHour">Such as "0.1 SOL".</param>
/// <param name="Time">Such as "2h".</param>
/// <param name="DryRun">Only say what it takes.</param>
public sealed record LeaseRequest(string Provider, string PricePerHour, string Time, bool DryRun = false);
