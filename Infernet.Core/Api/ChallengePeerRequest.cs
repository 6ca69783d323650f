namespace Infernet.Core.Api;

/// <summary>Body of <c>POST /v1/peers/challenge</c>; without a size the node chooses one.</summary>
public sealed record ChallengePeerRequest(string PeerId, string Kernel, long? Size = null);
