using System.Diagnostics;
using Infernet.Bench.Servers;
using Infernet.ContentStore.Blobs;

namespace Infernet.Bench.Transfer;

/// <summary>The node that has the file, in a process of its own.</summary>
internal static class TransferSeed
{
    private const int Seed = 2_026;

    public static async Task RunAsync(string directory, CancellationToken token)
    {
        string store = Path.Combine(directory, "blobs");
        await using TransferNode node = await TransferNode.StartAsync(store, listen: true, token);
        await CommandLoop.RunAsync(
            new { @event = "ready" },
            new()
            {
                ["add"] = async request =>
                    await AddAsync(node, directory, request.GetProperty("bytes").GetInt64(), token),
            },
            token);
    }

    private static async Task<object> AddAsync(TransferNode node, string directory, long bytes, CancellationToken token)
    {
        string file = Path.Combine(directory, $"random-{bytes}");
        await WriteRandomAsync(file, bytes, token);
        long start = Stopwatch.GetTimestamp();
        BlobInfo added = await node.Store.AddFileAsync(file, AddMode.Link, progress: null, token);
        return new
        {
            address = node.Host.ListenAddresses[0].WithPeer(node.Host.Id).ToString(),
            cid = added.Root.ToString(),
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
    }

    private static async Task WriteRandomAsync(string path, long bytes, CancellationToken token)
    {
        var random = new Random(Seed);
        byte[] chunk = new byte[1 << 20];
        await using FileStream file = File.Create(path);
        for (long left = bytes; left > 0; left -= chunk.Length)
        {
            random.NextBytes(chunk);
            await file.WriteAsync(chunk.AsMemory(0, (int)Math.Min(left, chunk.Length)), token);
        }
    }
}
