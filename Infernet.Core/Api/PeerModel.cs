namespace Infernet.Core.Api;

/// <summary>A model that a peer says it serves.</summary>
public sealed record PeerModel(string Cid, string Name, string Quantization, int ContextLength, double TokensPerSecond);
