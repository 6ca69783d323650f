namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>What tells messages apart; by default the author's id followed by the sequence number. Immutable.</summary>
internal sealed class MessageId : IEquatable<MessageId>
{
    private readonly byte[] _bytes;
    private readonly int _hash;

    public MessageId(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();

        // Seeded per process: peers choose ids, and must not be able to choose ids that collide in our maps.
        var hash = new HashCode();
        hash.AddBytes(bytes);
        _hash = hash.ToHashCode();
    }

    public ReadOnlySpan<byte> Span => _bytes;

    public bool Equals(MessageId? other) => other is not null && _hash == other._hash && Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => Equals(obj as MessageId);

    public override int GetHashCode() => _hash;

    public override string ToString() => Convert.ToHexString(_bytes);
}
