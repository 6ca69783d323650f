using System.Buffers.Binary;
using System.Security.Cryptography;
using Infernet.Core.Receipts;

namespace Infernet.Core.Audits;

/// <summary>
/// Which receipts are audited, and which of their items: a function of a secret that the aggregator committed to in its
/// offer (<see cref="DrawCommitment"/>) and of the receipt that the provider signed afterwards. So neither side can
/// steer it, and whoever is shown the secret can check it. The rate is committed to as well; it could otherwise be
/// chosen after the fact.
/// </summary>
public static class AuditDraw
{
    /// <summary>A rate of 1: rates are parts per million.</summary>
    public const uint Always = 1_000_000;

    /// <summary>How many items of a receipt are audited by default, so that a shard of hundreds costs little.</summary>
    public const int DefaultItems = 4;

    private static readonly byte[] DrawDomain = "infernet-draw:1"u8.ToArray();
    private static readonly byte[] ItemsDomain = "infernet-draw-items:1"u8.ToArray();

    /// <summary>Whether the receipt with this hash is to be audited.</summary>
    public static bool IsDrawn(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> receiptHash, uint ratePpm)
    {
        // The draw is a fraction of 2^64; multiplied out, no rounding decides.
        ulong fraction = BinaryPrimitives.ReadUInt64BigEndian(Draw(secret, receiptHash));
        return (UInt128)fraction * Always < (UInt128)ratePpm << 64;
    }

    /// <summary>
    /// The places of the items to be audited, in the order in which they are picked: without replacement, and so that
    /// fewer items are always the first of more. Takes memory for the picked ones alone, however many there are.
    /// </summary>
    public static IReadOnlyList<int> PickItems(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> receiptHash, int itemCount, int maxItems = DefaultItems)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(itemCount);
        ArgumentOutOfRangeException.ThrowIfNegative(maxItems);
        byte[] draw = Draw(secret, receiptHash);
        int[] picked = new int[Math.Min(itemCount, maxItems)];
        var moved = new Dictionary<int, int>(picked.Length);
        for (int i = 0; i < picked.Length; i++)
        {
            // A shuffle that stops early; an item that nothing was swapped with lies in its own place.
            int at = i + (int)Math.BigMul(Number(draw, i), (ulong)(itemCount - i), out _);
            picked[i] = moved.GetValueOrDefault(at, at);
            moved[at] = moved.GetValueOrDefault(i, i);
        }

        return picked;
    }

    /// <summary>What is wrong with an opened draw, as a sentence; null if nothing is.</summary>
    /// <param name="commitment">Of the offer that the receipt names.</param>
    /// <param name="secret">The opened secret.</param>
    /// <param name="ratePpm">The opened rate.</param>
    /// <param name="receiptHash">Of the provider's envelope.</param>
    /// <param name="itemCount">How many items the receipt has.</param>
    /// <param name="audited">The places of the audited ones, in the order of the request.</param>
    /// <param name="discretionary">Whether the audit claims to be beyond the draw.</param>
    public static string? FindProblem(
        ReadOnlySpan<byte> commitment,
        ReadOnlySpan<byte> secret,
        uint ratePpm,
        ReadOnlySpan<byte> receiptHash,
        int itemCount,
        IReadOnlyList<uint> audited,
        bool discretionary)
    {
        ArgumentNullException.ThrowIfNull(audited);
        if (secret.Length != DrawCommitment.SecretLength || ratePpm > Always)
        {
            return $"the draw's secret must have {DrawCommitment.SecretLength} bytes, and its rate be at most {Always}";
        }

        if (!commitment.SequenceEqual(DrawCommitment.Of(secret, ratePpm)))
        {
            return "the offer does not commit to this secret and rate";
        }

        if (!discretionary && !IsDrawn(secret, receiptHash, ratePpm))
        {
            return "the receipt was not drawn, and its audit does not say that it is beyond the draw";
        }

        if (audited.Count == 0 || audited.Count > itemCount)
        {
            return $"{audited.Count} items were audited of {itemCount}";
        }

        IReadOnlyList<int> picked = PickItems(secret, receiptHash, itemCount, audited.Count);
        return audited.Select(place => (long)place).SequenceEqual(picked.Select(place => (long)place))
            ? null
            : "other items were audited than the draw picks";
    }

    private static byte[] Draw(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> receiptHash)
    {
        RequireSecret(secret);
        return SHA256.HashData([.. DrawDomain, .. secret, .. receiptHash]);
    }

    private static ulong Number(byte[] draw, int counter)
    {
        byte[] place = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(place, counter);
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData([.. ItemsDomain, .. draw, .. place]));
    }

    private static void RequireSecret(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != DrawCommitment.SecretLength)
        {
            throw new ArgumentException(
                $"A secret has {DrawCommitment.SecretLength} bytes, not {secret.Length}.", nameof(secret));
        }
    }
}
