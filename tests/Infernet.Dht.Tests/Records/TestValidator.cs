using System.Text;
using Infernet.Dht.Records;

namespace Infernet.Dht.Tests.Records;

/// <summary>
/// Values like <c>3:text</c>: the higher number wins. <c>bad</c> is refused; a second number, as in <c>3@17:text</c>,
/// is the Unix time in seconds when the value expires.
/// </summary>
internal sealed class TestValidator : IRecordValidator
{
    public static byte[] Value(int sequence, string text = "") => Encoding.UTF8.GetBytes($"{sequence}:{text}");

    public static byte[] Expiring(int sequence, DateTimeOffset expires) =>
        Encoding.UTF8.GetBytes($"{sequence}@{expires.ToUnixTimeSeconds()}:");

    public RecordVerdict Validate(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, DateTimeOffset now)
    {
        string head = Encoding.UTF8.GetString(value.Span).Split(':')[0];
        string[] numbers = head.Split('@');
        if (!int.TryParse(numbers[0], out _))
        {
            return RecordVerdict.Invalid("it has no number");
        }

        return numbers.Length > 1 && long.TryParse(numbers[1], out long expires)
            ? RecordVerdict.Valid(DateTimeOffset.FromUnixTimeSeconds(expires))
            : RecordVerdict.Valid();
    }

    public int Select(ReadOnlyMemory<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> values) =>
        Enumerable.Range(0, values.Count).MaxBy(i => Sequence(values[i]));

    private static int Sequence(ReadOnlyMemory<byte> value) =>
        int.Parse(Encoding.UTF8.GetString(value.Span).Split(':')[0].Split('@')[0], null);
}
