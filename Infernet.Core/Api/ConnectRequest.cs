namespace Infernet.Core.Api;

/// <summary>Body of <c>POST /v1/peers/connect</c>.</summary>
public sealed record ConnectRequest(string Address);
