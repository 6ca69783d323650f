using Infernet.Dht.Records;

namespace Infernet.Bench.Kademlia;

/// <summary>A namespace without rules: the benchmark measures the way, not the check.</summary>
internal sealed class AnythingGoes : IRecordValidator
{
    public RecordVerdict Validate(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, DateTimeOffset now) =>
        RecordVerdict.Valid();

    public int Select(ReadOnlyMemory<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> values) => 0;
}
