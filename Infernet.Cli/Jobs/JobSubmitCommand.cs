using System.CommandLine;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;
using Infernet.Core.Jobs;

namespace Infernet.Cli.Jobs;

/// <summary>
/// <c>infernet job submit</c>: makes a specification, submits it, and unless --detach stays with the job until it ends.
/// Ctrl-C leaves the job running: what was paid for or waited for is lost only on purpose, by <c>job cancel</c>.
/// </summary>
internal static class JobSubmitCommand
{
    private static readonly Option<bool> Detach = new("--detach", "-d")
    {
        Description = "Print the job's id and return at once instead of waiting for the results.",
    };

    private static readonly Option<bool> Wait = new("--wait")
    {
        Description = "Show progress, print results as they come, then who did what (default).",
    };

    private static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Only results and errors: no progress, no summary.",
    };

    public static Option<bool> RequireVerified { get; } = new("--require-verified")
    {
        Description = "Exit with 5 if an answer is disputed, or an audit that was drawn could not be held.",
    };

    public static Option<string?> Output { get; } = new("--output", "-o")
    {
        Description = "Write the results to this file, which appears when they are complete.",
        HelpName = "FILE",
    };

    public static Command Create() => new CliCommand(
        "submit",
        "Run a model over inputs on the swarm and print the results in the order of the inputs.",
        "infernet job submit --model tiny --prompt \"What is the capital of France?\"",
        "infernet job submit --model tiny --input prompts.jsonl --output results.jsonl --json",
        "cat prompts.jsonl | infernet job submit --model tiny --max-tokens 64 --deadline 10m -",
        "infernet job submit job.yaml --min-providers 3",
        "infernet job submit job.yaml --budget \"0.01 SOL\" --max-price \"0.00002 SOL/0.00006 SOL\"",
        "infernet job submit job.yaml --budget \"0.01 SOL\" --escrow",
        "infernet job submit job.yaml --detach")
        .With(
        [
            SubmitInputs.Specification, SubmitInputs.Prompt, SubmitInputs.Input, SubmitInputs.SkipBad,
            .. SpecificationFlags.All.Select(f => f.Option), Output, Wait, Detach, Quiet,
            RequireVerified,
        ])
        .Runs(RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Value(Detach) && (context.Value(Wait) || context.Value(Output) is not null))
        {
            throw new UsageException("--detach excludes --wait and --output; 'infernet job results' gets them later.");
        }

        JobSpecification specification = await SubmitInputs.ReadAsync(context, cancellationToken);
        byte[] body = JobSpecificationWriter.WriteJson(specification);
        if (body.Length > JobSpecificationReader.MaxLength)
        {
            throw new UsageException(
                $"The job is too large: it may have {JobSpecificationReader.MaxLength} bytes, has {body.Length}. Split it.");
        }

        using OutputFile? file = context.Value(Output) is { } path ? OutputFile.Create(path) : null;
        JobStatus job = await context.Api.PostAsync(
            "v1/jobs", ApiRequest.Json(body), ApiJson.Default.JobStatus, cancellationToken);
        if (context.Value(Detach))
        {
            SayDetached(context, job);
            return ExitCode.Done;
        }

        if (!context.Value(Quiet) && !context.Json && job is { TotalItems: > 1, Verification: { } verification }
            && VerificationWords.Promise(verification) is { } promise)
        {
            context.Terminal.Error.WriteLine(promise);
        }

        if (!context.Value(Quiet) && !context.Json && job.Payment is { } payment
            && PaymentWords.Estimate(payment) is { } estimate)
        {
            context.Terminal.Error.WriteLine(estimate);
        }

        try
        {
            return await FollowAsync(context, job, file, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            SayInterrupted(context, job.Id);
            return ExitCode.Interrupted;
        }
    }

    private static async Task<int> FollowAsync(
        CommandContext context, JobStatus job, OutputFile? file, CancellationToken cancellationToken)
    {
        Terminal terminal = context.Terminal;
        bool quiet = context.Value(Quiet) || context.Json;
        bool single = job.TotalItems == 1;
        var view = new JobProgressView(terminal, context.Time, quiet, isShort: single);
        var results = file is null
            ? new ResultWriter(terminal.Out, terminal.OutInk, context.Json, single)
            : new ResultWriter(file.Writer, new Ink(false, false), context.Json, single);
        var follower = new JobFollower(context.Api, context.Time, job.Id)
        {
            WantsResults = true,
            WantsEvents = !quiet,
            WantsStatus = view.IsLive,
        };
        JobStatus ended;
        try
        {
            ended = await follower.RunAsync(Handle, cancellationToken);
        }
        finally
        {
            view.Clear();
        }

        // A job that failed or was cancelled has no complete results: the file stays as it was.
        if (ended.State is "done" or "partial")
        {
            file?.Commit();
        }

        bool justTheAnswer = single && terminal.OutInk.IsTerminal && ended.State == "done";
        return await JobEnding.ReportAsync(
            context, ended, results, quiet || justTheAnswer, cancellationToken);

        void Handle(JobUpdate update)
        {
            if (update.Result is { } result)
            {
                view.Above(() => results.Write(result));
            }
            else if (update.Event is { } happened)
            {
                view.Show(happened);
            }
            else
            {
                view.Draw(update.Status!);
            }
        }
    }

    private static void SayDetached(CommandContext context, JobStatus job)
    {
        if (context.Json)
        {
            context.WriteJson(job, ApiJson.Default.JobStatus);
            return;
        }

        context.Terminal.Out.WriteLine(job.Id);
        if (context.Terminal.OutInk.IsTerminal)
        {
            string id = Units.ShortJob(job.Id);
            context.Terminal.Error.WriteLine($"Watch it with 'infernet job watch {id}'; get 'infernet job results {id}'.");
        }
    }

    private static void SayInterrupted(CommandContext context, string jobId)
    {
        string id = Units.ShortJob(jobId);
        context.Terminal.Error.WriteLine(
            $"\nJob {id} goes on. Watch it with 'infernet job watch {id}', end it with 'infernet job cancel {id}'.");
    }
}
