namespace Infernet.Core.Api;

/// <summary>Body of <c>POST /v1/models/add</c>: a file on the node's own machine.</summary>
public sealed record AddModelRequest
{
    /// <summary>Absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>What to call it; null for the file's name without its ending.</summary>
    public string? Alias { get; init; }

    /// <summary>Whether to load it and offer it to others.</summary>
    public bool Serve { get; init; } = true;

    /// <summary>Whether to hard-link the file into the store instead of copying it.</summary>
    public bool Link { get; init; }
}
