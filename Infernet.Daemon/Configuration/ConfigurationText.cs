using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Infernet.Daemon.Configuration;

/// <summary>
/// Reads the YAML of config.yaml: one mapping of keys to a text or a list of texts. Keeps where each entry stands, so
/// that an edit touches nothing else.
/// </summary>
internal static class ConfigurationText
{
    /// <exception cref="ConfigurationException">It is no YAML, or not of this form; says on which line.</exception>
    public static IReadOnlyList<ConfigurationEntry> Parse(string text, string file)
    {
        var entries = new List<ConfigurationEntry>();
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (Take<StreamEnd>(parser) is not null)
            {
                return entries;
            }

            parser.Consume<DocumentStart>();
            Scalar? nothing = Take<Scalar>(parser);
            if (nothing is { Value.Length: 0 })
            {
                return entries;
            }

            if (nothing is not null || Take<MappingStart>(parser) is null)
            {
                throw Wrong(file, nothing?.Start ?? parser.Current!.Start, "must hold lines of the form 'key: value'");
            }

            while (Take<MappingEnd>(parser) is null)
            {
                entries.Add(Entry(parser, text, file, entries));
            }

            parser.Consume<DocumentEnd>();
            parser.Consume<StreamEnd>();
            return entries;
        }
        catch (YamlException broken)
        {
            throw Wrong(file, broken.Start, $"is not YAML: {broken.InnerException?.Message ?? broken.Message}");
        }
        catch (InvalidOperationException broken)
        {
            // The scanner's answer to some texts that it has no better words for.
            throw new ConfigurationException(file, $"is not YAML: {broken.Message}");
        }
    }

    private static ConfigurationEntry Entry(
        Parser parser, string text, string file, List<ConfigurationEntry> before)
    {
        if (Take<Scalar>(parser) is not { } key)
        {
            throw Wrong(file, parser.Current!.Start, "a key must be a plain word");
        }

        if (before.FirstOrDefault(e => e.Key == key.Value) is { } twice)
        {
            throw Wrong(file, key.Start, $"{key.Value} is given twice, first on line {twice.Line}");
        }

        (IReadOnlyList<string> values, int end) = Value(parser, text, file, key.Value);
        return new ConfigurationEntry(key.Value, values, (int)key.Start.Line, (int)key.Start.Index, end);
    }

    private static (IReadOnlyList<string> Values, int End) Value(Parser parser, string text, string file, string key)
    {
        if (Take<Scalar>(parser) is { } scalar)
        {
            return scalar.Value.Length > 0
                ? ([scalar.Value], (int)scalar.End.Index)
                : throw Wrong(file, scalar.Start, $"{key} has no value; delete the line to use the default");
        }

        if (Take<SequenceStart>(parser) is not { } list)
        {
            throw Wrong(file, parser.Current!.Start, $"{key} must be a text or a list of texts");
        }

        var values = new List<string>();
        Mark last = list.End;
        while (Take<SequenceEnd>(parser) is null)
        {
            Mark at = parser.Current!.Start;
            if (Take<Scalar>(parser) is not { Value.Length: > 0 } item)
            {
                throw Wrong(file, at, $"{key} must be a list of texts");
            }

            values.Add(item.Value);
            last = item.End;
        }

        // A block list ends with its last item; comments between that and the next key belong to the key.
        return (values, list.Style == SequenceStyle.Flow
            ? text.IndexOf(']', (int)last.Index) + 1
            : (int)last.Index);
    }

    private static T? Take<T>(Parser parser)
        where T : ParsingEvent => parser.TryConsume<T>(out var taken) ? taken : null;

    private static ConfigurationException Wrong(string file, Mark at, string message) =>
        new($"{file} line {at.Line}", message);
}
