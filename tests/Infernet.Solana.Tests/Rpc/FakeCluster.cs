using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Infernet.Solana.Rpc;

namespace Infernet.Solana.Tests.Rpc;

/// <summary>Endpoints that answer as a test says: a cluster that is down, slow, behind, or lies.</summary>
internal sealed class FakeCluster(Func<FakeCluster.Call, HttpResponseMessage> answer) : HttpMessageHandler
{
    public ConcurrentQueue<Call> Calls { get; } = new();

    public SolanaRpc Client(int endpoints, RpcOptions? options = null) => new(
        new HttpClient(this),
        (options ?? new RpcOptions { Endpoints = [] }) with
        {
            Endpoints = [.. Enumerable.Range(0, endpoints).Select(i => new Uri($"http://node{i}.test/"))],
            FirstBackoff = TimeSpan.FromMilliseconds(1),
            MaxBackoff = TimeSpan.FromMilliseconds(2),
            PollInterval = TimeSpan.FromMilliseconds(1),
            RebroadcastInterval = TimeSpan.FromMilliseconds(1),
            RequestsPerSecond = 100_000,
        },
        TimeProvider.System,
        new Random(1));

    public int Count(string method) => Calls.Count(c => c.Method == method);

    public static HttpResponseMessage Result(string json) => Raw($$"""{"jsonrpc":"2.0","id":1,"result":{{json}}}""");

    public static HttpResponseMessage Value(string json) => Result($$"""{"context":{"slot":1},"value":{{json}}}""");

    public static HttpResponseMessage Error(int code, string message) =>
        Raw($$$"""{"jsonrpc":"2.0","id":1,"error":{"code":{{{code}}},"message":"{{{message}}}"}}""");

    public static HttpResponseMessage Status(HttpStatusCode status) => new(status) { Content = new StringContent("busy") };

    public static HttpResponseMessage Raw(string body) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        var call = new Call(
            int.Parse(request.RequestUri!.Host[4..5], System.Globalization.CultureInfo.InvariantCulture),
            body.RootElement.GetProperty("method").GetString()!,
            body.RootElement.GetProperty("params").Clone());
        Calls.Enqueue(call);
        return answer(call);
    }

    internal sealed record Call(int Node, string Method, JsonElement Parameters);
}
