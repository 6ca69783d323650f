using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;

namespace Infernet.Core.Receipts;

/// <summary>
/// SHA-256 over an item receipt's canonical bytes, laid out here for the reason that <see cref="ItemHash"/> gives: a
/// domain, the index as a varint, and the hash of the item's content, which has a domain of its own and then every other
/// field in the order of the schema, numbers as varints, each variable part behind its length. So whoever is shown index
/// and content knows the same answer to the same question again, wherever in a job it stands.
/// </summary>
public static class ItemReceiptHash
{
    /// <summary>Length of a hash, in bytes.</summary>
    public const int Length = 32;

    private static readonly byte[] Domain = "infernet-item-receipt:1"u8.ToArray();
    private static readonly byte[] ContentDomain = "infernet-item-content:1"u8.ToArray();

    /// <summary>Hashes what a provider says of one item.</summary>
    public static byte[] Of(ItemReceipt item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Of(item.Index, ContentOf(item));
    }

    /// <summary>The same from an item's place in the job and its content.</summary>
    public static byte[] Of(ulong index, ReadOnlySpan<byte> content)
    {
        var bytes = new ArrayBufferWriter<byte>(64);
        bytes.Write(Domain);
        Varint.Write(bytes, index);
        bytes.Write(content);
        return SHA256.HashData(bytes.WrittenSpan);
    }

    /// <summary>Hashes question, answer and all that goes with it, but for its place.</summary>
    public static byte[] ContentOf(ItemReceipt item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var bytes = new ArrayBufferWriter<byte>(256);
        bytes.Write(ContentDomain);
        Append(bytes, item.InputHash.Span);
        Varint.Write(bytes, (ulong)item.TokenIds.Count);
        foreach (uint token in item.TokenIds)
        {
            Varint.Write(bytes, token);
        }

        Append(bytes, item.OutputHash.Span);
        Varint.Write(bytes, item.PromptTokens);
        Varint.Write(bytes, item.CompletionTokens);
        Append(bytes, Encoding.UTF8.GetBytes(item.FinishReason));
        return SHA256.HashData(bytes.WrittenSpan);
    }

    private static void Append(ArrayBufferWriter<byte> bytes, ReadOnlySpan<byte> part)
    {
        Varint.Write(bytes, (ulong)part.Length);
        bytes.Write(part);
    }
}
