using System.CommandLine;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;

namespace Infernet.Cli.Peers;

/// <summary><c>infernet peers</c> and <c>infernet peers connect</c>.</summary>
internal static class PeerCommands
{
    private static readonly Argument<string> Address = new("ADDR")
    {
        Description = "For example /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…",
    };

    public static Command Create() => new CliCommand(
        "peers",
        "List the peers that this node knows, and what they serve.",
        "infernet peers",
        "infernet peers connect /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…")
        .With(new CliCommand(
            "connect",
            "Connect to a peer and join its network.",
            "infernet peers connect /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…")
            .With(Address)
            .Runs(ConnectAsync))
        .With(ChallengeCommand.Create())
        .Runs(ListAsync);

    private static Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken) => Listing.RunAsync(
        context, "v1/peers", ApiJson.Default.IReadOnlyListPeerStatus,
        "This node knows no peers. Join a network with 'infernet peers connect ADDR'; on the other node, "
        + "'infernet node status' shows the address.",
        peers => PeerView.Write(context.Terminal, peers), cancellationToken);

    private static async Task<int> ConnectAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string text = context.Value(Address);
        if (!Multiaddr.TryParse(text, out _))
        {
            throw new UsageException(
                $"'{text}' is not a peer's address; one looks like /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…");
        }

        HttpContent body = ApiRequest.Json(new ConnectRequest(text), ApiJson.Default.ConnectRequest);
        PeerStatus peer =
            await context.Api.PostAsync("v1/peers/connect", body, ApiJson.Default.PeerStatus, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(peer, ApiJson.Default.PeerStatus);
        }
        else
        {
            context.Terminal.Out.WriteLine($"Connected to {peer.PeerId}.");
        }

        return ExitCode.Done;
    }
}
