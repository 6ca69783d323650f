using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Infernet.Core.Audits;

/// <summary>
/// Names an answer of a model to a question: where the same one is judged again, nothing new is learnt. The sampler is
/// no part of it, since the same tokens under another seed or temperature stand on the same logits.
/// </summary>
public static class ContentKey
{
    /// <summary>The key of an item.</summary>
    /// <param name="modelRoot">The model's CID, in binary.</param>
    /// <param name="content">See <see cref="Receipts.ItemReceiptHash.ContentOf"/>.</param>
    public static UInt128 Of(ReadOnlySpan<byte> modelRoot, ReadOnlySpan<byte> content) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData([.. content, .. modelRoot]));
}
