using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Infernet.Solana.Rpc;

/// <summary>One RPC server: one request out, one answer or one classified failure back, at a bounded rate.</summary>
internal sealed class Endpoint(Uri address, HttpClient http, RpcOptions options, TimeProvider time)
{
    // JSON-RPC codes by which a node says that it is behind, not ready, broken, asked too often, or does not offer this:
    // another one may do better.
    private static readonly int[] AskAnother =
        [-32004, -32005, -32010, -32011, -32014, -32016, -32429, -32601, -32603, 429];

    private const int MaxShown = 300;

    private readonly RateLimit _limit = new(options.RequestsPerSecond, options.LongestQueue, time);
    private readonly Hold _hold = new(options.MaxBackoff, time);
    private readonly string _name = EndpointName.Of(address);

    public async Task<EndpointAnswer> CallAsync(string method, byte[] body, CancellationToken cancellation)
    {
        if (_hold.Left is var left && left > TimeSpan.Zero)
        {
            return LeftAlone(method, left);
        }

        if (!await _limit.WaitAsync(cancellation).ConfigureAwait(false))
        {
            return Failed(
                RpcProblem.RateLimited, method,
                $"more wait for it already than it is asked in {options.LongestQueue.TotalSeconds:0} s");
        }

        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage response = await http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            _hold.Heard();
            if (!response.IsSuccessStatusCode)
            {
                return Unsuccessful(method, response);
            }

            using Stream stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            return Parse(method, await ReadAsync(stream, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            if (options.Endpoints.Count > 1)
            {
                // The others are asked meanwhile, and nobody waits for this one each time anew.
                _hold.Silent(options.Timeout, options.LongestSilence);
            }

            return Failed(RpcProblem.Unreachable, method, $"no answer within {options.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return Failed(RpcProblem.Unreachable, method, broken.Message);
        }
    }

    private EndpointAnswer LeftAlone(string method, TimeSpan left)
    {
        string until = $"for {Math.Ceiling(left.TotalSeconds)} s more";
        return _hold.IsForSilence
            ? Failed(RpcProblem.Unreachable, method, $"it did not answer lately, and is not asked {until}")
            : Failed(RpcProblem.RateLimited, method, $"it asked to be left alone {until}") with { RetryAfter = left };
    }

    private EndpointAnswer Unsuccessful(string method, HttpResponseMessage response)
    {
        bool limited = response.StatusCode is HttpStatusCode.TooManyRequests;
        return Failed(
            limited ? RpcProblem.RateLimited : RpcProblem.Unreachable, method, $"HTTP {(int)response.StatusCode}")
            with
        { RetryAfter = _hold.Until(response.Headers.RetryAfter) };
    }

    private async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        byte[] part = new byte[16384];
        for (int read; (read = await stream.ReadAsync(part, cancellation).ConfigureAwait(false)) > 0;)
        {
            if (whole.Length + read > options.MaxResponseBytes)
            {
                return null;
            }

            whole.Write(part, 0, read);
        }

        return whole.ToArray();
    }

    private EndpointAnswer Parse(string method, byte[]? body)
    {
        if (body is null)
        {
            return Failed(RpcProblem.BadAnswer, method, $"an answer of more than {options.MaxResponseBytes} bytes");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out JsonElement error))
            {
                return Refused(method, error);
            }

            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("result", out JsonElement result)
                ? new EndpointAnswer(result.Clone(), null, Final: true, null)
                : Failed(RpcProblem.BadAnswer, method, "an answer without a result");
        }
        catch (Exception nonsense) when (nonsense is JsonException or InvalidOperationException)
        {
            // The latter for half a surrogate pair, in a text or in a name.
            return Failed(RpcProblem.BadAnswer, method, "an answer that is no JSON");
        }
    }

    private EndpointAnswer Refused(string method, JsonElement error)
    {
        int? code = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out JsonElement number)
            && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int value) ? value : null;
        string text = error.ValueKind == JsonValueKind.Object
            && error.TryGetProperty("message", out JsonElement message)
            ? message.ToString() : error.ToString();
        text = text[..Math.Min(text.Length, MaxShown)];
        bool behind = code is { } known && AskAnother.Contains(known);
        return new EndpointAnswer(
            default, new RpcException(RpcProblem.Refused, $"{method} at {_name}: {text}", code), !behind, null);
    }

    private EndpointAnswer Failed(RpcProblem problem, string method, string what) =>
        new(default, new RpcException(problem, $"{method} at {_name}: {what}."), Final: false, null);
}
