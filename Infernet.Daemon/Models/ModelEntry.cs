using Infernet.Core.Api;
using Infernet.Core.Multiformats;

namespace Infernet.Daemon.Models;

/// <summary>One model of this node as it stands. Immutable: a change makes another entry.</summary>
internal sealed record ModelEntry
{
    public required Cid Root { get; init; }

    public required string Alias { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>Whether to load it and offer it to others.</summary>
    public required bool Serve { get; init; }

    public required ModelState State { get; init; }

    /// <summary>Why it failed, or how far it is.</summary>
    public string? Detail { get; init; }

    /// <summary>What is loaded, while it is served.</summary>
    public LoadedModel? Loaded { get; init; }

    public ModelStatus ToStatus() => new()
    {
        Cid = Root.ToString(),
        Alias = Alias,
        SizeBytes = SizeBytes,
#pragma warning disable CA1308 // The API's states are lower-case words.
        State = State.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
        Detail = Detail,
        Architecture = Loaded?.Engine.Model.Architecture,
        Quantization = Loaded?.Engine.Model.Quantisation,
        ContextLength = Loaded?.Engine.ContextLength,
        TokensPerSecond = Loaded is { } loaded ? Math.Round(loaded.DecodeTokensPerSecond, 1) : null,
    };
}
