using System.Buffers;
using System.Text;
using System.Text.Json;
using Infernet.Cli.Terminals;
using Microsoft.Extensions.Logging;

namespace Infernet.Cli.Logging;

/// <summary>Turns one log entry into one line.</summary>
internal static class LogLineFormat
{
    private const string Ours = "Infernet.";

    /// <summary>
    /// One JSON object: time (UTC), level, category, message, the message's fields in snake_case, and the exception
    /// with its stack, which belongs into a log though never before a user.
    /// </summary>
    public static string Json(LogEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", entry.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null));
            json.WriteString("level", LevelName(entry.Level));
            json.WriteString("category", entry.Category);
            json.WriteString("message", entry.Message);
            foreach ((string name, object? value) in entry.Fields)
            {
                if (name != "{OriginalFormat}")
                {
                    WriteField(json, JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value);
                }
            }

            if (entry.Exception is { } exception)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Local time, level, where, what.</summary>
    public static string Text(LogEntry entry, Ink ink)
    {
        string level = LevelName(entry.Level).PadRight(7);
        string category = entry.Category.StartsWith(Ours, StringComparison.Ordinal)
            ? entry.Category[Ours.Length..]
            : entry.Category;
        string line = $"{ink.Dim(entry.Time.ToString("HH:mm:ss.fff", null))} {Coloured(entry.Level, level, ink)} "
            + $"{ink.Safe(entry.Message).ReplaceLineEndings(" ")} {ink.Dim($"({category})")}";
        return entry.Exception is { } exception
            ? $"{line}: {ink.Safe($"{exception.GetType().Name}: {exception.Message}").ReplaceLineEndings(" ")}"
            : line;
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    private static string Coloured(LogLevel level, string text, Ink ink) => level switch
    {
        LogLevel.Information => ink.Green(text),
        LogLevel.Warning => ink.Yellow(text),
        LogLevel.Error or LogLevel.Critical => ink.Red(text),
        _ => ink.Dim(text),
    };

    private static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int or long or short or byte or uint or ushort:
                json.WriteNumber(name, Convert.ToInt64(value, null));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case IEnumerable<object> list:
                json.WriteString(name, string.Join(", ", list));
                break;
            default:
                json.WriteString(name, value.ToString());
                break;
        }
    }
}
