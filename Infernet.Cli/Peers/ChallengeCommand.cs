using System.CommandLine;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;
using Infernet.Core.Identity;

namespace Infernet.Cli.Peers;

/// <summary><c>infernet peers challenge</c>: has a peer show what its hardware can do, now.</summary>
internal static class ChallengeCommand
{
    private const string Compute = "compute";
    private const string Memory = "memory";

    private static readonly Argument<string> Peer = new("PEER") { Description = "Its id, as 'infernet peers' lists it." };

    private static readonly Option<string> Kind = new("--kind")
    {
        Description = "What to measure: compute (operations a second) or memory (bytes a second).",
        HelpName = $"{Compute}|{Memory}",
        DefaultValueFactory = _ => Compute,
    };

    private static readonly Option<long?> Size = new("--size")
    {
        Description = "Rows of the matrices (a multiple of 64, at most 4096), or bytes of memory to fill; the node "
            + "chooses one if it is left out.",
        HelpName = "N",
    };

    public static CliCommand Create()
    {
        Kind.AcceptOnlyFromAmong(Compute, Memory);
        return new CliCommand(
            "challenge",
            "Have a peer compute for a moment, check what it computed, and measure how fast it was.",
            "infernet peers challenge 12D3KooW…",
            "infernet peers challenge 12D3KooW… --kind memory --size 1073741824")
            .With(Peer, Kind, Size)
            .Runs(RunAsync);
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string text = context.Value(Peer);
        if (!PeerId.TryParse(text, out _))
        {
            throw new UsageException($"'{text}' is not a peer id; one looks like 12D3KooW…");
        }

        string kernel = context.Value(Kind) == Memory ? "memory-walk" : "matmul-int8";
        HttpContent body = ApiRequest.Json(
            new ChallengePeerRequest(text, kernel, context.Value(Size)), ApiJson.Default.ChallengePeerRequest);
        ChallengeReport report = await context.Api
            .PostAsync("v1/peers/challenge", body, ApiJson.Default.ChallengeReport, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(report, ApiJson.Default.ChallengeReport);
        }
        else
        {
            Write(context.Terminal, report);
        }

        return ExitCode.For(report);
    }

    private static void Write(Terminal terminal, ChallengeReport report)
    {
        Ink ink = terminal.OutInk;
        string verdict = report.Verdict == "passed" ? ink.Green("Passed") : ink.Red(report.Verdict);
        terminal.Out.WriteLine($"{verdict}: {report.Kernel}, size {Units.Count(report.Size)}, on {report.Device}.");
        if (report.Rate is { } rate)
        {
            string claim = report.ClaimedRate is { } claimed
                ? $"it claims {HardwareView.Rate(report.Kernel, claimed)}"
                : "it claims nothing";
            terminal.Out.WriteLine($"Measured {HardwareView.Rate(report.Kernel, rate)}; {claim}.");
        }

        if (report.Reason is { } reason)
        {
            terminal.Out.WriteLine(ink.Safe($"It {reason}."));
        }
    }
}
