using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Infernet.Solana.Tests.Rpc;

/// <summary>
/// What stands between a client and the real ledger's WebSocket: it passes notifications on, loses them, holds them back,
/// and makes them up.
/// </summary>
internal sealed class HostileSocket : IAsyncDisposable
{
    private const int MaxMessage = 64 << 10;
    private readonly Uri _ledger;
    private readonly Func<SocketFault> _choose;
    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _serving = [];
    private readonly Task _running;

    public HostileSocket(string ledger, Func<SocketFault> choose)
    {
        (_ledger, _choose) = (new Uri(ledger), choose);
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        Address = new Uri($"ws://127.0.0.1:{port}/");
        _running = RunAsync();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Close();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            HttpListenerContext context = await _listener.GetContextAsync();
            _serving.Add(ServeAsync(context, _choose()));
        }
    }

    private async Task ServeAsync(HttpListenerContext context, SocketFault fault)
    {
        if (fault == SocketFault.Refused)
        {
            context.Response.StatusCode = 403;
            context.Response.Close();
            return;
        }

        using WebSocket client = (await context.AcceptWebSocketAsync(null)).WebSocket;
        byte[] buffer = new byte[MaxMessage];
        ValueWebSocketReceiveResult subscription = await client.ReceiveAsync(buffer.AsMemory(), _stopping.Token);
        byte[] wish = buffer[..subscription.Count];
        await SayAsync(client, """{"jsonrpc":"2.0","result":7,"id":1}""");
        switch (fault)
        {
            case SocketFault.None:
                await PassAsync(client, wish);
                break;
            case SocketFault.SaysConfirmed:
                await SayAsync(client, Word("null"));
                break;
            case SocketFault.SaysFailed:
                await SayAsync(client, Word("""{"InstructionError":[0,{"Custom":1}]}"""));
                break;
            case SocketFault.Garbage:
                await SayAsync(client, "<html>");
                break;
            case SocketFault.TooLong:
                await client.SendAsync(new byte[MaxMessage], WebSocketMessageType.Text, endOfMessage: false, _stopping.Token);
                break;
            case SocketFault.Closed:
                await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _stopping.Token);
                return;
        }

        // Until the client has enough of it.
        while ((await client.ReceiveAsync(buffer.AsMemory(), _stopping.Token)).MessageType != WebSocketMessageType.Close)
        {
        }
    }

    private async Task PassAsync(WebSocket client, byte[] wish)
    {
        using var ledger = new ClientWebSocket();
        await ledger.ConnectAsync(_ledger, _stopping.Token);
        await ledger.SendAsync(wish, WebSocketMessageType.Text, true, _stopping.Token);
        byte[] buffer = new byte[MaxMessage];
        for (int message = 0; message < 2; message++)
        {
            ValueWebSocketReceiveResult told = await ledger.ReceiveAsync(buffer.AsMemory(), _stopping.Token);
            await client.SendAsync(buffer[..told.Count], WebSocketMessageType.Text, true, _stopping.Token);
        }
    }

    private Task SayAsync(WebSocket client, string message) => client.SendAsync(
        Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, _stopping.Token);

    private static string Word(string error) =>
        $$$"""
        {"jsonrpc":"2.0","method":"signatureNotification",
         "params":{"result":{"context":{"slot":9},"value":{"err":{{{error}}}}},"subscription":7}}
        """;
}
