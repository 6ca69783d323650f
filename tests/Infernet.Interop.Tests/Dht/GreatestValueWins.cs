using System.Text;
using Infernet.Dht.Records;

namespace Infernet.Interop.Tests.Dht;

/// <summary>The rules of the test namespace, as in tests/js/lib/records.mjs.</summary>
internal sealed class GreatestValueWins : IRecordValidator
{
    public RecordVerdict Validate(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, DateTimeOffset now) =>
        Encoding.UTF8.GetString(value.Span).StartsWith("invalid", StringComparison.Ordinal)
            ? RecordVerdict.Invalid("the value is invalid")
            : RecordVerdict.Valid();

    public int Select(ReadOnlyMemory<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> values)
    {
        int best = 0;
        for (int i = 1; i < values.Count; i++)
        {
            if (values[i].Span.SequenceCompareTo(values[best].Span) > 0)
            {
                best = i;
            }
        }

        return best;
    }
}
