using System.Security.Cryptography;

namespace Infernet.Core.Audits;

/// <summary>
/// Hides a verdict until all who were asked have committed to theirs: SHA-256 over a domain, a random salt and the
/// verdict's envelope. Without the salt the few likely verdicts could be tried out.
/// </summary>
public static class VerdictCommitment
{
    /// <summary>Length of a salt, in bytes.</summary>
    public const int SaltLength = 32;

    /// <summary>Length of a commitment, in bytes.</summary>
    public const int Length = 32;

    private static readonly byte[] Domain = "infernet-verdict-commitment:1"u8.ToArray();

    /// <summary>Commits to a verdict.</summary>
    public static byte[] Of(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> verdictEnvelope) => salt.Length == SaltLength
        ? SHA256.HashData([.. Domain, .. salt, .. verdictEnvelope])
        : throw new ArgumentException($"A salt has {SaltLength} bytes, not {salt.Length}.", nameof(salt));

    /// <summary>Whether this is what was committed to.</summary>
    public static bool IsFor(
        ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> verdictEnvelope) =>
        salt.Length == SaltLength && commitment.SequenceEqual(Of(salt, verdictEnvelope));
}
