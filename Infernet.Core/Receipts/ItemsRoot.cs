using System.Buffers;
using System.Security.Cryptography;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;

namespace Infernet.Core.Receipts;

/// <summary>
/// What a receipt says of all its items at once: SHA-256 over a domain, their number as a varint, and the hash of each
/// in their order. Whoever has the hashes can check one item against the signed receipt without having the others.
/// </summary>
public static class ItemsRoot
{
    private static readonly byte[] Domain = "infernet-receipt-items:1"u8.ToArray();

    /// <summary>The root of a receipt's items.</summary>
    public static byte[] Of(ReceiptItems items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Of([.. items.Items.Select(i => new ReadOnlyMemory<byte>(ItemReceiptHash.Of(i)))]);
    }

    /// <summary>The root over item hashes.</summary>
    /// <exception cref="ArgumentException">One of them has not the length of a hash.</exception>
    public static byte[] Of(IReadOnlyCollection<ReadOnlyMemory<byte>> hashes)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        var head = new ArrayBufferWriter<byte>(Domain.Length + 10);
        head.Write(Domain);
        Varint.Write(head, (ulong)hashes.Count);
        using var root = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        root.AppendData(head.WrittenSpan);
        foreach (ReadOnlyMemory<byte> hash in hashes)
        {
            if (hash.Length != ItemReceiptHash.Length)
            {
                throw new ArgumentException(
                    $"An item's hash has {ItemReceiptHash.Length} bytes, not {hash.Length}.", nameof(hashes));
            }

            root.AppendData(hash.Span);
        }

        return root.GetHashAndReset();
    }
}
