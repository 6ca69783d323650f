using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Core.Evidence;
using Infernet.Core.Schemas;

namespace Infernet.Cli.Evidence;

/// <summary><c>infernet evidence export</c>, <c>verify</c> and <c>attest</c>.</summary>
internal static class EvidenceCommands
{
    private static readonly Argument<string> Subject = new("JOB|PEER")
    {
        Description = "A job of this node, or a peer whose work it had audited.",
    };

    private static readonly Argument<string> Source = new("FILE") { Description = "An evidence file." };

    private static readonly Option<string> Target = new("--output", "-o")
    {
        Description = "Where to write the evidence file.", HelpName = "FILE", Required = true,
    };

    public static Command Create() => new CliCommand(
        "evidence",
        "Signed evidence about providers, as files that anybody can check.",
        "infernet evidence export 12D3KooW… --output case.evidence",
        "infernet evidence verify case.evidence")
        .With(
            new CliCommand(
                "export",
                "Write the audits of a job, or of a peer's work, with all that is needed to check them.",
                "infernet evidence export 4f1c -o job.evidence",
                "infernet evidence export 12D3KooW… -o peer.evidence")
                .With(Subject, Target)
                .Runs(ExportAsync),
            new CliCommand(
                "verify",
                "Check every signature, hash and draw in an evidence file; needs no running node.",
                "infernet evidence verify case.evidence",
                "infernet evidence verify case.evidence --json")
                .With(Source)
                .Runs((context, _) => Task.FromResult(Verify(context))),
            AttestCommand.Create());

    private static async Task<int> ExportAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = context.Parsed.GetRequiredValue(Target);
        EvidenceExport export = await context.Api.GetAsync(
            $"v1/evidence/{Uri.EscapeDataString(context.Value(Subject))}", ApiJson.Default.EvidenceExport,
            cancellationToken);
        Write(path, export.File);
        EvidenceFileView view = Read(export.File, path, context.Time);
        if (context.Json)
        {
            context.WriteJson(view, ApiJson.Default.EvidenceFileView);
        }
        else
        {
            context.Terminal.Error.WriteLine($"Wrote {path}: {export.Cases} audited shards, hash {view.Hash}.");
        }

        return ExitCode.Done;
    }

    private static int Verify(CommandContext context)
    {
        string path = context.Value(Source);
        EvidenceFileView view = ReadFile(path, context.Time);
        if (context.Json)
        {
            context.WriteJson(view, ApiJson.Default.EvidenceFileView);
        }
        else
        {
            EvidenceView.Write(context.Terminal.Out, context.Terminal.OutInk, view);
        }

        return view.Verified ? ExitCode.Done : ExitCode.NotVerified;
    }

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="UsageException">It is no evidence file.</exception>
    public static EvidenceFileView ReadFile(string path, TimeProvider time) => Read(Load(path), path, time);

    private static EvidenceFileView Read(byte[] bytes, string path, TimeProvider time)
    {
        EvidenceFile? file = EvidenceBytes.TryReadFile(bytes);
        return file is { Cases.Count: > 0 }
            ? EvidenceReport.Of(file, time.GetUtcNow())
            : throw new UsageException($"{path} is not an evidence file.");
    }

    private static byte[] Load(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? throw new UsageException($"There is no file {path}.")
                : file.Length > EvidenceFileCheck.MaxSize
                    ? throw new UsageException(
                        $"{path} has {file.Length} bytes; an evidence file has {EvidenceFileCheck.MaxSize} at most.")
                : File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} can't be read: {problem.Message}");
        }
    }

    private static void Write(string path, byte[] bytes)
    {
        try
        {
            File.WriteAllBytes(path, bytes);
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new UsageException($"{path} can't be written: {problem.Message}");
        }
    }
}
