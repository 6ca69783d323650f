using System.Text;

namespace Infernet.Cli.Terminals;

/// <summary>
/// Where a command writes: results to <see cref="Out"/>, everything about them to <see cref="Error"/>. Each may be a
/// terminal, a pipe or a file. Colours follow NO_COLOR (https://no-color.org) and TERM=dumb.
/// </summary>
internal sealed class Terminal
{
    /// <summary>UTF-8, flushed by lines on a terminal and at the end otherwise.</summary>
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required Ink OutInk { get; init; }

    public required Ink ErrorInk { get; init; }

    /// <summary>Columns, asked for each time since windows change; null if nobody knows.</summary>
    public required Func<int?> Width { get; init; }

    /// <summary>Where standard input comes from when a command reads it.</summary>
    public Func<Stream> OpenInput { get; init; } = Console.OpenStandardInput;

    /// <summary>Whether standard input is a person's keyboard.</summary>
    public bool InputIsTerminal { get; init; }

    public static Terminal ForProcess(Func<string, string?> environment)
    {
        bool plain = !string.IsNullOrEmpty(environment("NO_COLOR")) || environment("TERM") is "dumb";
        bool outIsTerminal = !Console.IsOutputRedirected;
        bool errorIsTerminal = !Console.IsErrorRedirected;
        return new Terminal
        {
            Out = Writer(Console.OpenStandardOutput(), autoFlush: outIsTerminal),
            Error = Writer(Console.OpenStandardError(), autoFlush: true),
            OutInk = new Ink(outIsTerminal, outIsTerminal && !plain),
            ErrorInk = new Ink(errorIsTerminal, errorIsTerminal && !plain),
            Width = WindowWidth,
            InputIsTerminal = !Console.IsInputRedirected,
        };
    }

    private static StreamWriter Writer(Stream stream, bool autoFlush) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = autoFlush, NewLine = "\n" };

    private static int? WindowWidth()
    {
        try
        {
            return Console.WindowWidth is var width and > 0 ? width : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
