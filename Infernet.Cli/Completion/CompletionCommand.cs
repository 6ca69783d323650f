using System.CommandLine;
using Infernet.Cli.Commands;

namespace Infernet.Cli.Completion;

/// <summary><c>infernet completion SHELL</c>: prints a script that lets the shell complete commands and flags.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);
        return new CliCommand(
            "completion",
            "Print a completion script for a shell.",
            "infernet completion bash > /etc/bash_completion.d/infernet",
            "infernet completion zsh > \"${fpath[1]}/_infernet\"",
            "infernet completion fish > ~/.config/fish/completions/infernet.fish")
            .With(shell)
            .Runs((context, _) =>
            {
                context.Terminal.Out.Write(CompletionScripts.For(context.Value(shell)));
                return Task.FromResult(ExitCode.Done);
            });
    }
}
