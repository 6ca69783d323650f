using System.CommandLine;
using System.CommandLine.Help;

namespace Infernet.Cli.Commands;

/// <summary>A command with examples in its help, whose action runs within a <see cref="CommandContext"/>.</summary>
internal sealed class CliCommand : Command
{
    public CliCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        Options.Add(new HelpOption { Action = new ExamplesHelpAction() });
    }

    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Adds options and arguments.</summary>
    public CliCommand With(params Symbol[] symbols)
    {
        foreach (Symbol symbol in symbols)
        {
            switch (symbol)
            {
                case Option option:
                    Add(option);
                    break;
                case Argument argument:
                    Add(argument);
                    break;
                case Command command:
                    Add(command);
                    break;
                default:
                    throw new ArgumentException($"{symbol.Name} is no option, argument or command", nameof(symbols));
            }
        }

        return this;
    }

    /// <summary>Sets what the command does; it answers with an exit code.</summary>
    public CliCommand Runs(Func<CommandContext, CancellationToken, Task<int>> action)
    {
        SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(parsed, action, cancellationToken));
        return this;
    }
}
