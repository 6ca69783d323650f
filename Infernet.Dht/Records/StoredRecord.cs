using Infernet.Core.Identity;

namespace Infernet.Dht.Records;

/// <summary>A record that is kept: what, from whom, since when and until when. Immutable.</summary>
internal sealed record StoredRecord(
    ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, PeerId Sender, DateTimeOffset Received, DateTimeOffset Expires)
{
    /// <summary>What it counts against the store's bytes.</summary>
    public int Size => Key.Length + Value.Length;
}
