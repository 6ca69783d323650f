namespace Infernet.Solana.Settlement;

/// <summary>What a committee's attestation allows.</summary>
public enum AttestationAction : ulong
{
    /// <summary>An escrow pays its payee.</summary>
    Release = 1,

    /// <summary>A node loses stake.</summary>
    Slash = 2,
}
