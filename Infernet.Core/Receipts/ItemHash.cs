using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;

namespace Infernet.Core.Receipts;

/// <summary>
/// SHA-256 over an item's canonical bytes. Protobuf encodings of one message may differ between libraries, so what
/// is hashed is laid out here: a domain, the kind of the input as one byte, and each text behind its length in bytes.
/// The index is not part of it: a receipt names it beside the hash.
/// </summary>
public static class ItemHash
{
    /// <summary>Length of every hash in a receipt, in bytes.</summary>
    public const int Length = 32;

    private static readonly byte[] Domain = "infernet-item:1"u8.ToArray();

    /// <summary>Hashes an item that has an input.</summary>
    public static byte[] Of(Item item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var bytes = new ArrayBufferWriter<byte>(256);
        bytes.Write(Domain);
        bytes.Write([(byte)item.InputCase]);
        switch (item.InputCase)
        {
            case Item.InputOneofCase.Prompt:
                Append(bytes, item.Prompt);
                break;
            case Item.InputOneofCase.Text:
                Append(bytes, item.Text);
                break;
            case Item.InputOneofCase.Chat:
                Append(bytes, item.Chat);
                break;
            default:
                throw new ArgumentException($"Item {item.Index} has no input to hash.", nameof(item));
        }

        return SHA256.HashData(bytes.WrittenSpan);
    }

    private static void Append(ArrayBufferWriter<byte> bytes, ChatMessages chat)
    {
        Varint.Write(bytes, (ulong)chat.Messages.Count);
        foreach (ChatMessage message in chat.Messages)
        {
            Append(bytes, message.Role);
            Append(bytes, message.Content);
        }
    }

    private static void Append(ArrayBufferWriter<byte> bytes, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Varint.Write(bytes, (ulong)length);
        Encoding.UTF8.GetBytes(text, bytes.GetSpan(length));
        bytes.Advance(length);
    }
}
