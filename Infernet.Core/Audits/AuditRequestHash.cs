using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Audits;

/// <summary>
/// What a verdict names its request by: SHA-256 over a layout of our own, since protobuf encodings of one message may
/// differ. Each part of variable length stands behind its length; numbers are varints, floats four bytes, little-endian.
/// Of the items only the hashes of their receipts go in, so that a third party can check it without seeing them.
/// </summary>
public static class AuditRequestHash
{
    private static readonly byte[] Domain = "infernet-audit-request:1"u8.ToArray();

    /// <summary>The hash of a request.</summary>
    public static byte[] Of(AuditRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Of(
            request.Nonce.Span, request.Kind, request.ModelRoot.Span, request.Sampling, request.Engine, request.Exact,
            [.. request.Items.Select(item => (ReadOnlyMemory<byte>)ItemReceiptHash.Of(item.Receipt))]);
    }

    /// <summary>The hash of a request of which only the hashes of the item receipts are known.</summary>
    public static byte[] Of(
        ReadOnlySpan<byte> nonce,
        JobKind kind,
        ReadOnlySpan<byte> modelRoot,
        Sampling? sampling,
        EngineDescription? engine,
        bool exact,
        IReadOnlyList<ReadOnlyMemory<byte>> itemHashes)
    {
        ArgumentNullException.ThrowIfNull(itemHashes);
        var bytes = new ArrayBufferWriter<byte>(512);
        bytes.Write(Domain);
        Append(bytes, nonce);
        Varint.Write(bytes, (ulong)kind);
        Append(bytes, modelRoot);
        Append(bytes, sampling ?? new Sampling());
        Append(bytes, engine ?? new EngineDescription());
        bytes.Write([exact ? (byte)1 : (byte)0]);
        Varint.Write(bytes, (ulong)itemHashes.Count);
        foreach (ReadOnlyMemory<byte> hash in itemHashes)
        {
            Append(bytes, hash.Span);
        }

        return SHA256.HashData(bytes.WrittenSpan);
    }

    private static void Append(ArrayBufferWriter<byte> bytes, Sampling sampling)
    {
        Append(bytes, sampling.Temperature);
        Varint.Write(bytes, sampling.TopK);
        Append(bytes, sampling.TopP);
        Append(bytes, sampling.MinP);
        Varint.Write(bytes, sampling.Seed >> 32);
        Varint.Write(bytes, sampling.Seed & uint.MaxValue);
        Varint.Write(bytes, sampling.MaxTokens);
        Varint.Write(bytes, (ulong)sampling.Stop.Count);
        foreach (string stop in sampling.Stop)
        {
            Append(bytes, stop);
        }
    }

    private static void Append(ArrayBufferWriter<byte> bytes, EngineDescription engine)
    {
        Append(bytes, engine.Name);
        Append(bytes, engine.Build);
        Append(bytes, engine.CpuVariant);
        bytes.Write([engine.FlashAttention ? (byte)1 : (byte)0]);
        Append(bytes, engine.KvMode);
        Append(bytes, engine.KvPrecision);
        Append(bytes, engine.Device);
        Append(bytes, engine.Weights);
        Varint.Write(bytes, engine.ContextTokens);
    }

    private static void Append(ArrayBufferWriter<byte> bytes, float number)
    {
        BinaryPrimitives.WriteSingleLittleEndian(bytes.GetSpan(sizeof(float)), number);
        bytes.Advance(sizeof(float));
    }

    private static void Append(ArrayBufferWriter<byte> bytes, string text) =>
        Append(bytes, Encoding.UTF8.GetBytes(text));

    private static void Append(ArrayBufferWriter<byte> bytes, ReadOnlySpan<byte> part)
    {
        Varint.Write(bytes, (ulong)part.Length);
        bytes.Write(part);
    }
}
