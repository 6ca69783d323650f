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
                entries.Add(Entry(parser, file, entries));
            }

            parser.Consume<DocumentEnd>();
            parser.Consume<StreamEnd>();
            return entries;
        }
        catch (YamlException broken)
        {
            throw Wrong(file, broken.Start, $"is not YAML: {broken.InnerException?.Message ?? broken.Message}");
        }
    }

    private static ConfigurationEntry Entry(Parser parser, string file, List<ConfigurationEntry> before)
    {
        if (Take<Scalar>(parser) is not { } key)
        {
            throw Wrong(file, parser.Current!.Start, "a key must be a plain word");
        }

        if (before.FirstOrDefault(e => e.Key == key.Value) is { } twice)
        {
            throw Wrong(file, key.Start, $"{key.Value} is given twice, first on line {twice.Line}");
        }

        (IReadOnlyList<string> values, Mark end) = Value(parser, file, key.Value);
        return new ConfigurationEntry(key.Value, values, (int)key.Start.Line, (int)key.Start.Index, (int)end.Index);
    }

    private static (IReadOnlyList<string> Values, Mark End) Value(Parser parser, string file, string key)
    {
        if (Take<Scalar>(parser) is { } scalar)
        {
            return scalar.Value.Length > 0
                ? ([scalar.Value], scalar.End)
                : throw Wrong(file, scalar.Start, $"{key} has no value; delete the line to use the default");
        }

        if (Take<SequenceStart>(parser) is not { } list)
        {
            throw Wrong(file, parser.Current!.Start, $"{key} must be a text or a list of texts");
        }

        var values = new List<string>();
        Mark last = list.End;
        SequenceEnd? end;
        while ((end = Take<SequenceEnd>(parser)) is null)
        {
            Mark at = parser.Current!.Start;
            if (Take<Scalar>(parser) is not { Value.Length: > 0 } item)
            {
                throw Wrong(file, at, $"{key} must be a list of texts");
            }

            values.Add(item.Value);
            last = item.End;
        }

        // A block list ends where the next key begins; what stands between (comments) belongs to that key.
        return (values, list.Style == SequenceStyle.Flow ? end.End : last);
    }

    private static T? Take<T>(Parser parser)
        where T : ParsingEvent => parser.TryConsume<T>(out var taken) ? taken : null;

    private static ConfigurationException Wrong(string file, Mark at, string message) =>
        new($"{file} line {at.Line}", message);
}
