namespace Infernet.Core.Api;

/// <summary>What a node measured of itself; nobody checked it. Rates are a second.</summary>
public sealed record HardwareClaim(double Operations, double MemoryBytes);
