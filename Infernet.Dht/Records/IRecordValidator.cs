namespace Infernet.Dht.Records;

/// <summary>
/// Knows the records of one namespace: which are good, and which of several is best. Pure; called with hostile
/// bytes, which must end in a verdict and never in an exception. Source:
/// https://github.com/libp2p/specs/blob/master/kad-dht/README.md, "Entry validation".
/// </summary>
public interface IRecordValidator
{
    /// <summary>Judges a record under its whole key, the namespace included.</summary>
    RecordVerdict Validate(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, DateTimeOffset now);

    /// <summary>
    /// The index of the best of two or more good values; the same whatever their order (ties among equal bytes
    /// aside), so that the network converges.
    /// </summary>
    int Select(ReadOnlyMemory<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> values);
}
