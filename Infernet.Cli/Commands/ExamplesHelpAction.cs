using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Infernet.Cli.Commands;

/// <summary>The usual help, and below it the command's examples.</summary>
internal sealed class ExamplesHelpAction : SynchronousCommandLineAction
{
    private readonly HelpAction _usual = new();

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        _usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not CliCommand { Examples.Count: > 0 } command)
        {
            return ExitCode.Done;
        }

        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string example in command.Examples)
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        return ExitCode.Done;
    }
}
