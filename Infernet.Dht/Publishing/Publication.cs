using Infernet.Dht.Providers;

namespace Infernet.Dht.Publishing;

/// <summary>
/// Something that this node keeps published: a value, or that it provides a key. Mutable; guarded by its publisher.
/// </summary>
internal sealed class Publication(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value, ProviderKey? name)
{
    /// <summary>The record's key; for a name, its root key.</summary>
    public ReadOnlyMemory<byte> Key { get; } = key;

    /// <summary>The value; null for a provider record.</summary>
    public ReadOnlyMemory<byte>? Value { get; } = value;

    /// <summary>The name that is provided; null for a bare key or a value.</summary>
    public ProviderKey? Name { get; } = name;

    /// <summary>When it was last spread, as a timestamp; null for never.</summary>
    public long? SpreadAt { get; set; }

    /// <summary>On how many nodes it was confirmed then.</summary>
    public int Confirmed { get; set; }

    /// <summary>How often in a row it was spread without reaching as many nodes as it should.</summary>
    public int Shortfalls { get; set; }

    /// <summary>Whether it is being spread now.</summary>
    public bool Busy { get; set; }
}
