using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Infernet.Solana.Rpc;

/// <summary>
/// Waits by WebSocket for word of one transaction. A connection that fails just never tells; whoever waits polls too.
/// Source: https://solana.com/docs/rpc/websocket/signaturesubscribe.
/// </summary>
internal sealed class SignatureWatch : IAsyncDisposable
{
    /// <summary>Notifications are short; a longer message ends the watch.</summary>
    private const int MaxMessageBytes = 16384;

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private volatile string? _problem;

    private SignatureWatch(Uri address, string id, Commitment commitment) =>
        _running = RunAsync(address, id, commitment, _stop.Token);

    /// <summary>Completes when the cluster has something to say about the transaction; never fails.</summary>
    public Task Told => _told.Task;

    /// <summary>Why it can't tell any more; null while it may.</summary>
    public string? Problem => _problem;

    public static SignatureWatch Start(Uri address, string id, Commitment commitment) => new(address, id, commitment);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(Uri address, string id, Commitment commitment, CancellationToken cancellation)
    {
        try
        {
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
            await socket.SendAsync(
                Subscription(id, commitment), WebSocketMessageType.Text, endOfMessage: true, cancellation)
                .ConfigureAwait(false);
            byte[] buffer = new byte[MaxMessageBytes];
            while (await ReceiveAsync(socket, buffer, cancellation).ConfigureAwait(false) is { } message)
            {
                if (IsNotification(message.Span))
                {
                    _told.TrySetResult();
                    return;
                }
            }

            _problem = "it closed the connection, or said more than a notification can be";
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more.
        }
        catch (Exception ended) when (ended is WebSocketException or IOException or InvalidOperationException)
        {
            // Polling goes on.
            _problem = ended.Message;
        }
    }

    private static byte[] Subscription(string id, Commitment commitment)
    {
        var request = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = "signatureSubscribe",
            ["params"] = new JsonArray(id, new JsonObject { ["commitment"] = RpcJson.Name(commitment) }),
        };
        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(request);
    }

    // One whole message, or null when the other side has closed or says too much.
    private static async Task<ReadOnlyMemory<byte>?> ReceiveAsync(
        ClientWebSocket socket, byte[] buffer, CancellationToken cancellation)
    {
        int length = 0;
        while (length < buffer.Length)
        {
            ValueWebSocketReceiveResult part = await socket
                .ReceiveAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                return buffer.AsMemory(0, length);
            }
        }

        return null;
    }

    private static bool IsNotification(ReadOnlySpan<byte> message)
    {
        try
        {
            var reader = new Utf8JsonReader(message);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("method", out JsonElement method)
                && method.ValueKind == JsonValueKind.String && method.ValueEquals("signatureNotification");
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
