using System.Diagnostics;
using Infernet.Bench.Servers;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Bench.Transfer;

/// <summary>The node that fetches, in a process of its own; each fetch begins with an empty store.</summary>
internal static class TransferFetch
{
    public static async Task RunAsync(string directory, CancellationToken token)
    {
        int fetches = 0;
        await CommandLoop.RunAsync(
            new { @event = "ready" },
            new()
            {
                ["fetch"] = async request =>
                {
                    string store = Path.Combine(directory, $"fetch-{fetches++}");
                    var result = await FetchAsync(store, request.Text("address"), request.Text("cid"), token);
                    Directory.Delete(store, recursive: true);
                    return result;
                },
            },
            token);
    }

    private static async Task<object> FetchAsync(string directory, string address, string cid, CancellationToken token)
    {
        await using TransferNode node = await TransferNode.StartAsync(directory, listen: false, token);
        PeerId seed = await node.Host.ConnectAsync(Multiaddr.Parse(address), token);
        long start = Stopwatch.GetTimestamp();
        FetchReport report = await node.Exchange.FetchAsync(Cid.Parse(cid), OnlyAsync(seed), progress: null, token);
        return new { seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, bytes = report.Size };
    }

    private static async IAsyncEnumerable<PeerId> OnlyAsync(PeerId peer)
    {
        await Task.CompletedTask;
        yield return peer;
    }
}
