using System.Diagnostics;
using System.Globalization;
using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.ContentStore.Tests;

/// <summary>
/// A fetch in a process of its own, which a test kills or limits. It prints a line for each report of progress, and
/// at the end what it received or why it failed.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>The entry point: store, CID and provider's address.</summary>
    public static async Task<int> Main(string[] args)
    {
        try
        {
            await using Libp2pHost host = await Libp2pHost.StartAsync(
                NodeIdentity.Generate(), new HostOptions(), NullLoggerFactory.Instance, default);
            await using BlobStore store = BlobStore.Open(
                new BlobStoreOptions { Directory = args[0] }, NullLoggerFactory.Instance);
            await using var exchange = new ChunkExchange(host, store, new ExchangeOptions(), NullLoggerFactory.Instance);
            PeerId provider = await host.ConnectAsync(Multiaddr.Parse(args[2]), default);
            FetchReport report = await exchange.FetchAsync(
                Cid.Parse(args[1]), Exchange.TestNode.Each([provider]), new Printer(), default);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"done {report.BytesReceived} {report.BytesResumed}"));
            return 0;
        }
        catch (ContentException failed)
        {
            Console.WriteLine($"failed {failed.Error} {failed.Message}");
            return 1;
        }
    }

    /// <summary>Starts it; a limit is the largest file that it may write, in KiB.</summary>
    public static ChildProcess Start(string store, Cid root, Multiaddr provider, int? fileLimit = null)
    {
        string assembly = typeof(ChildProcess).Assembly.Location;
        // A process over its limit gets a signal whose default is death; ignored, the write fails as on a full disk.
        string limit = fileLimit is { } kib ? $"trap '' XFSZ; ulimit -f {kib * 2}; " : "";
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", $"{limit}exec dotnet '{assembly}' '{store}' {root} {provider}" },
            RedirectStandardOutput = true,
        };
        // The runtime's double mapping of code is a file to the system, and would meet the limit first.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Reads its lines until one is as wanted; null if it ended before.</summary>
    public async Task<string?> WaitForLineAsync(Func<string, bool> wanted)
    {
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
        {
            if (wanted(line))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>Kills it as kill -9 does, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private sealed class Printer : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"progress {value.BytesDone}"));
    }
}
