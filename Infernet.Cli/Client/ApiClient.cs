using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Infernet.Core.Api;

namespace Infernet.Cli.Client;

/// <summary>
/// Talks to the node at a home over its Unix socket. Every failure is an <see cref="ApiException"/>: the node's own, or
/// "unreachable" with what to do about it.
/// </summary>
internal sealed class ApiClient : IDisposable
{
    private readonly string _socket;
    private readonly HttpClient _http;

    public ApiClient(string socket)
    {
        _socket = socket;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri("http://infernet/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, cancellationToken);

    /// <summary>Gets a list, and a sentence on what it leaves out; null if that is nothing.</summary>
    public async Task<(T List, string? LeftOut)> GetListAsync<T>(
        string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using HttpResponseMessage response = await OpenAsync(request, cancellationToken);
        string json = await Guarded(() => response.Content.ReadAsStringAsync(cancellationToken));
        string? leftOut = response.Headers.TryGetValues(ApiHeaders.LeftOut, out IEnumerable<string>? said)
            ? string.Join(' ', said) : null;
        return (Read(json, type), leftOut);
    }

    public Task<T> DeleteAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), type, cancellationToken);

    public Task<T> PostAsync<T>(
        string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = body }, type, cancellationToken);

    /// <summary>Sends a request whose answer has no body.</summary>
    public async Task PostAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        using HttpResponseMessage response = await OpenAsync(request, cancellationToken);
    }

    /// <summary>Sends a request whose answer is one JSON value a line, and yields each as it comes.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        HttpRequestMessage request, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await OpenAsync(request, cancellationToken);
        await using Stream body = await Guarded(() => response.Content.ReadAsStreamAsync(cancellationToken));
        using var lines = new StreamReader(body);
        while (await Guarded(() => lines.ReadLineAsync(cancellationToken).AsTask()) is { } line)
        {
            yield return Read(line, type);
        }
    }

    /// <summary>Whether anybody answers on the socket.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using Stream stream = await OpenSocketAsync(cancellationToken);
            return true;
        }
        catch (ApiException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(
        HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using (request)
        {
            using HttpResponseMessage response = await OpenAsync(request, cancellationToken);
            string json = await Guarded(() => response.Content.ReadAsStringAsync(cancellationToken));
            return Read(json, type);
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await Guarded(
            () => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken));
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            string body = await Guarded(() => response.Content.ReadAsStringAsync(cancellationToken));
            throw new ApiException(ReadError(body, response.StatusCode));
        }
    }

    private async Task<T> Guarded<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (HttpRequestException failed) when (failed.InnerException is ApiException refused)
        {
            throw new ApiException(refused.Error, refused);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw new ApiException(
                new ApiError
                {
                    Code = "unreachable",
                    Message = $"The node at {_socket} stopped answering. Its jobs are journaled: "
                        + "'infernet node start' goes on with them.",
                },
                failed);
        }
    }

    private static T Read<T>(string json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type)
                ?? throw new ApiException("internal", "The node answered with nothing.");
        }
        catch (JsonException unknown)
        {
            throw new ApiException(
                new ApiError
                {
                    Code = "internal",
                    Message = "The node answered in a form that this infernet does not know; "
                        + $"is it of another version? ({unknown.Message})",
                },
                unknown);
        }
    }

    private static ApiError ReadError(string body, HttpStatusCode status)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.ApiError)!;
        }
        catch (JsonException)
        {
            return new ApiError { Code = "internal", Message = $"The node refused the request ({(int)status})." };
        }
    }

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        await OpenSocketAsync(cancellationToken);

    private async Task<NetworkStream> OpenSocketAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socket), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception failed) when (failed is SocketException or ArgumentOutOfRangeException)
        {
            socket.Dispose();
            throw new ApiException(new ApiError { Code = "unreachable", Message = Explain(failed) }, failed);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private string Explain(Exception failed) => failed switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"The node at {_socket} belongs to another user. Choose your own with --home or INFERNET_HOME.",
        ArgumentOutOfRangeException =>
            $"{_socket} is too long for a Unix socket. Choose a home with a shorter path (--home or INFERNET_HOME).",
        _ => $"No node runs at {Path.GetDirectoryName(_socket)}. Start one with: infernet node start",
    };
}
