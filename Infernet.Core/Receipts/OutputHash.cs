using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Infernet.Core.Schemas;

namespace Infernet.Core.Receipts;

/// <summary>
/// SHA-256 over what an item came to: an embedding's numbers as little-endian 32-bit floats, else the error, else
/// the text, both in UTF-8.
/// </summary>
public static class OutputHash
{
    /// <summary>Hashes an output.</summary>
    public static byte[] Of(ItemOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.Embedding.Count == 0)
        {
            return SHA256.HashData(Encoding.UTF8.GetBytes(output.Error.Length > 0 ? output.Error : output.Text));
        }

        byte[] bytes = new byte[output.Embedding.Count * sizeof(float)];
        for (int i = 0; i < output.Embedding.Count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), output.Embedding[i]);
        }

        return SHA256.HashData(bytes);
    }
}
