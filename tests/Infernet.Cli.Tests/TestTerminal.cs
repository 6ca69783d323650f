using Infernet.Cli.Terminals;

namespace Infernet.Cli.Tests;

/// <summary>A terminal, or a pipe, whose output can be looked at.</summary>
internal sealed class TestTerminal
{
    public TestTerminal(bool isTerminal = false, bool hasColours = false, int? width = null)
    {
        var ink = new Ink(isTerminal, hasColours);
        Terminal = new Terminal
        {
            Out = Out,
            Error = Error,
            OutInk = ink,
            ErrorInk = ink,
            Width = () => width,
        };
    }

    public Terminal Terminal { get; }

    public StringWriter Out { get; } = new() { NewLine = "\n" };

    public StringWriter Error { get; } = new() { NewLine = "\n" };
}
