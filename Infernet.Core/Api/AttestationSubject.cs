namespace Infernet.Core.Api;

/// <summary>What an attestation is about, as the chain has it now: what a member's signature must name.</summary>
public sealed record AttestationSubject
{
    /// <summary>"slash" or "release".</summary>
    public required string Action { get; init; }

    public required string Program { get; init; }

    /// <summary>The node's account, or the escrow.</summary>
    public required string Subject { get; init; }

    public required AssetView Asset { get; init; }

    /// <summary>The most that can be slashed, or released.</summary>
    public required ulong Most { get; init; }

    public required ulong Slot { get; init; }

    public required ulong Sequence { get; init; }

    /// <summary>The committee's keys.</summary>
    public required IReadOnlyList<string> Committee { get; init; }

    /// <summary>How many of them must sign.</summary>
    public required int Threshold { get; init; }
}
