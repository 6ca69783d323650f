using System.Text.Json;

namespace Infernet.Core.Jobs;

/// <summary>Says in a person's words where a JSON text breaks off.</summary>
public static class JsonProblem
{
    /// <summary>
    /// The parser lets bad UTF-8 and half surrogate pairs pass; reading such a text throws InvalidOperationException.
    /// </summary>
    internal static SpecificationError NotUnicode { get; } =
        new("", "holds a text that is not valid Unicode (bad UTF-8, or half of a surrogate pair)");

    /// <summary>The reason, with line and byte counted from 1.</summary>
    public static string Describe(JsonException broken)
    {
        // The framework's message ends in "LineNumber: 0 | BytePositionInLine: 7.", counted from zero.
        string message = broken.Message;
        int tail = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string what = (tail < 0 ? message : message[..tail]).TrimEnd('.');
        return $"{what} (line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1})";
    }
}
