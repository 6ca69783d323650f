using System.Text.Json;
using Infernet.Bench.Processes;

namespace Infernet.Bench.Transport;

/// <summary>A server and a client of one implementation, each a process of its own, on loopback.</summary>
internal sealed class TransportPair(BenchProcess server, BenchProcess client) : IAsyncDisposable
{
    private const int WarmUpConnections = 30;

    public static async Task<TransportPair> StartOursAsync(CancellationToken token)
    {
        BenchProcess server = await BenchProcess.StartSelfAsync(token, "transport-server");
        return new(server, await BenchProcess.StartSelfAsync(token, "transport-client", AddressOf(server)));
    }

    public static async Task<TransportPair> StartJsAsync(CancellationToken token)
    {
        BenchProcess server = await BenchProcess.StartNodeAsync("tests/js/peer.mjs", token, """{"monitor":false}""");
        return new(
            server, await BenchProcess.StartNodeAsync("bench/js/transport-client.mjs", token, AddressOf(server)));
    }

    /// <summary>MB/s of an upload over each of so many streams.</summary>
    public async Task<double> UploadAsync(int streams, int bytes, CancellationToken token) =>
        streams * (bytes / 1e6) / await client.CallAsync<double>("upload", new { streams, bytes }, token);

    /// <summary>Connections a second, each identified.</summary>
    public async Task<double> ConnectAsync(int clients, int count, CancellationToken token) =>
        clients * count / await client.CallAsync<double>("connect", new { clients, count }, token);

    /// <summary>Requests, each on a new stream.</summary>
    public Task<RequestFigures> RequestAsync(int concurrency, int count, CancellationToken token) =>
        client.CallAsync<RequestFigures>("request", new { concurrency, count }, token);

    /// <summary>Microseconds of each ping.</summary>
    public Task<double[]> PingAsync(int count, CancellationToken token) =>
        client.CallAsync<double[]>("ping", new { count }, token);

    /// <summary>KiB that the server's resident memory grows by for each of so many idle connections.</summary>
    public async Task<double> IdleMemoryAsync(int count, CancellationToken token)
    {
        // The first ones bring in code and fill pools, which belong to the process rather than to a connection.
        await client.CallAsync("idle", new { count = WarmUpConnections }, token);
        double before = await ResidentBytesAsync(token);
        await client.CallAsync("idle", new { count }, token);
        return (await ResidentBytesAsync(token) - before) / count / 1024;
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    private async Task<double> ResidentBytesAsync(CancellationToken token) =>
        (await server.CallAsync("stats", null, token)).GetProperty("residentBytes").GetDouble();

    private static string AddressOf(BenchProcess server) =>
        server.Ready.GetProperty("addresses").Deserialize<string[]>()![0];
}
