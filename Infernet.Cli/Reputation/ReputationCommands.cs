using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Core.Identity;

namespace Infernet.Cli.Reputation;

/// <summary><c>infernet reputation list</c> and <c>infernet reputation show</c>.</summary>
internal static class ReputationCommands
{
    private static readonly Argument<string> Peer = new("PEER") { Description = "A peer id, 12D3KooW…" };

    public static Command Create() => new CliCommand(
        "reputation",
        "What this node thinks of its peers, and why.",
        "infernet reputation list",
        "infernet reputation show 12D3KooW…")
        .With(
            new CliCommand(
                "list",
                "List the peers about whom there is evidence, the best first.",
                "infernet reputation list",
                "infernet reputation list --json")
                .Runs(ListAsync),
            new CliCommand(
                "show",
                "Explain a peer's score by its evidence: each audited shard, who reported it, and what it counts.",
                "infernet reputation show 12D3KooW…",
                "infernet reputation show 12D3KooW… --json")
                .With(Peer)
                .Runs(ShowAsync));

    private static Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken) => Listing.RunAsync(
        context, "v1/reputation", ApiJson.Default.IReadOnlyListReputationStatus,
        "There is no evidence about anybody yet. It comes with jobs whose answers are audited, and from peers.",
        standings => ReputationView.WriteList(context.Terminal, standings), cancellationToken);

    private static async Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string peer = context.Value(Peer);
        if (!PeerId.TryParse(peer, out _))
        {
            throw new UsageException($"'{peer}' is not a peer id; one looks like 12D3KooW…");
        }

        ReputationExplanation explained = await context.Api.GetAsync(
            $"v1/reputation/{peer}", ApiJson.Default.ReputationExplanation, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(explained, ApiJson.Default.ReputationExplanation);
        }
        else
        {
            ReputationView.Write(
                context.Terminal.Out, context.Terminal.OutInk, context.Terminal.Width(), explained,
                context.Time.GetUtcNow());
        }

        return ExitCode.Done;
    }
}
