using Infernet.Core.Identity;

namespace Infernet.Dht.Records;

/// <summary>
/// <c>/pk/&lt;multihash of a peer id&gt;</c> holds that peer's public key: good if it hashes to the id.
/// </summary>
internal sealed class PublicKeyValidator : IRecordValidator
{
    /// <summary>The namespace.</summary>
    public const string Namespace = "pk";

    private static ReadOnlySpan<byte> Prefix => "/pk/"u8;

    public RecordVerdict Validate(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, DateTimeOffset now)
    {
        if (!key.Span.StartsWith(Prefix) || !PeerId.TryParse(key.Span[Prefix.Length..], out PeerId id))
        {
            return RecordVerdict.Invalid("its key is not /pk/ and the multihash of a peer id");
        }

        return value.Length <= PublicKeys.MaxEncodedLength && PeerId.FromPublicKey(value.Span) == id
            ? RecordVerdict.Valid()
            : RecordVerdict.Invalid("its value is not the public key that the peer id was made of");
    }

    public int Select(ReadOnlyMemory<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> values) => 0;
}
