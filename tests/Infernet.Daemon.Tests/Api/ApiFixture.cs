using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Infernet.Core.Api;
using Infernet.Daemon.Api;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Api;

/// <summary>A real node that serves the shipped model, its API on a real socket, and a client.</summary>
internal sealed class ApiFixture : IAsyncDisposable
{
    private readonly TestNodes _nodes;

    private ApiFixture(TestNodes nodes, Node node, ApiServer server)
    {
        (_nodes, Node, Server) = (nodes, node, server);
        Client = new HttpClient(new SocketsHttpHandler { ConnectCallback = async (_, cancellationToken) => await ConnectAsync(cancellationToken) })
        {
            BaseAddress = new Uri("http://infernet/"),
            Timeout = TestNodes.Patience,
        };
    }

    public Node Node { get; }

    public ApiServer Server { get; }

    public HttpClient Client { get; }

    public static async Task<ApiFixture> StartAsync(ApiOptions? options = null, bool serving = true)
    {
        var nodes = new TestNodes();
        Node node = serving ? await nodes.StartServingAsync("api") : await nodes.StartAsync("api");
        ApiServer server = await ApiServer.StartAsync(
            node, Path.Combine(nodes.HomeOf("api"), "api.sock"), options ?? new ApiOptions(),
            NullLoggerFactory.Instance, CancellationToken.None);
        return new ApiFixture(nodes, node, server);
    }

    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Server.Socket), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    // A body is sent once the server wants it: of one that it refuses it reads nothing, and may hang up meanwhile.
    public async Task<HttpResponseMessage> PostAsync(string path, string? json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = json is not null;
        return await Client.SendAsync(request);
    }

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type) =>
        await ReadAsync(await Client.GetAsync(path), type);

    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, body);
        return JsonSerializer.Deserialize(body, type)!;
    }

    public static async Task<ApiError> ErrorAsync(HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.False, body);
        Assert.That(body, Does.Not.Contain("   at "), "a stack trace is not for users");
        return JsonSerializer.Deserialize(body, ApiJson.Default.ApiError)!;
    }

    /// <summary>Reads a whole NDJSON answer.</summary>
    public static async Task<IReadOnlyList<T>> LinesAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, body);
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/x-ndjson"));
        return [.. body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize(l, type)!)];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DrainAsync();
        await _nodes.DisposeAsync();
        await Server.DisposeAsync();
    }
}
