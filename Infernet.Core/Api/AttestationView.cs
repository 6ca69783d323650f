namespace Infernet.Core.Api;

/// <summary>
/// A committee member's signature over what shall be done to a stake or an escrow, and on what evidence. It fits one
/// occasion: slot and sequence are those of the account when it was made.
/// </summary>
public sealed record AttestationView
{
    /// <summary>"slash" or "release".</summary>
    public required string Action { get; init; }

    /// <summary>The settlement program.</summary>
    public required string Program { get; init; }

    /// <summary>The node's account, or the escrow.</summary>
    public required string Subject { get; init; }

    /// <summary>SHA-256 of the evidence file, in hex.</summary>
    public required string Evidence { get; init; }

    /// <summary>In the smallest unit.</summary>
    public required ulong Amount { get; init; }

    public required ulong Slot { get; init; }

    public required ulong Sequence { get; init; }

    /// <summary>The member's key in base58.</summary>
    public required string Signer { get; init; }

    /// <summary>64 bytes in hex.</summary>
    public required string Signature { get; init; }
}
