namespace Infernet.Core.Api;

/// <summary>Body of <c>POST /v1/models/pull</c>.</summary>
public sealed record PullModelRequest
{
    /// <summary>A CID, or the name of a model that some known peer serves.</summary>
    public required string Model { get; init; }

    public string? Alias { get; init; }

    public bool Serve { get; init; } = true;
}
