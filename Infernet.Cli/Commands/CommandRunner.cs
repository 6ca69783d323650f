using System.CommandLine;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Daemon.Configuration;

namespace Infernet.Cli.Commands;

/// <summary>Runs one command and turns whatever goes wrong into a message on standard error and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(
        ParseResult parsed,
        Func<CommandContext, CancellationToken, Task<int>> action,
        CancellationToken cancellationToken)
    {
        var terminal = Terminal.ForProcess(Environment.GetEnvironmentVariable);
        using var context = new CommandContext(parsed, terminal, Environment.GetEnvironmentVariable);
        try
        {
            return await action(context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception problem)
        {
            ApiError error = Describe(problem);
            ErrorReport.Write(terminal, error, context.Json);
            return ExitCode.For(error);
        }
        finally
        {
            terminal.Out.Flush();
            terminal.Error.Flush();
        }
    }

    private static ApiError Describe(Exception problem) => problem switch
    {
        ApiException refused => refused.Error,
        UsageException wrong => Invalid(wrong.Message, wrong.Details),
        SpecificationException wrong =>
            Invalid("The job specification is not valid.", [.. wrong.Errors.Select(e => e.ToString())]),
        ConfigurationException { Problems: [var one] } => Invalid(one.ToString(), []),
        ConfigurationException wrong =>
            Invalid("The configuration is not valid.", [.. wrong.Problems.Select(p => p.ToString())]),
        IOException or UnauthorizedAccessException =>
            new ApiError { Code = "internal", Message = problem.Message },
        DllNotFoundException => new ApiError { Code = "internal", Message = problem.Message },
        _ => new ApiError
        {
            Code = "internal",
            Message = $"infernet failed because of a fault of its own: {problem.GetType().Name}: {problem.Message}",
        },
    };

    private static ApiError Invalid(string message, IReadOnlyList<string> details) =>
        new() { Code = "invalid", Message = message, Details = details };
}
