using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

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
                    argument.Validators.Add(RefuseFlags);
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

    // The parser takes an unknown flag for an argument where one may stand; nothing here begins with a dash.
    private static void RefuseFlags(ArgumentResult result)
    {
        foreach (Token token in result.Tokens.Where(t => t.Value is ['-', _, ..]))
        {
            result.AddError($"{token.Value} is not an option of this command.");
        }
    }

    /// <summary>Sets what the command does; it answers with an exit code.</summary>
    public CliCommand Runs(Func<CommandContext, CancellationToken, Task<int>> action)
    {
        SetAction((parsed, cancellationToken) => CommandRunner.RunAsync(parsed, action, cancellationToken));
        return this;
    }
}
