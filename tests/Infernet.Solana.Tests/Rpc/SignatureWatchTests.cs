using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Rpc;

public class SignatureWatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Told_TransactionOnTheLedger_Completes()
    {
        await using Ledger ledger = await Ledger.StartAsync();
        LatestBlockhash latest = await ledger.Rpc.GetLatestBlockhashAsync(default);
        var transaction = Transaction.Sign(
            Message.Compile(
                ledger.Authority.Address, latest.Blockhash,
                [SystemProgram.Transfer(ledger.Authority.Address, ledger.Authority.Address, 1)]),
            ledger.Authority);
        await using var watch = SignatureWatch.Start(new Uri(ledger.WebSocket), transaction.Id, Commitment.Confirmed);
        Assert.That(watch.Told.IsCompleted, Is.False);
        await ledger.Rpc.BroadcastAsync(transaction, default);
        await watch.Told.WaitAsync(Limit);
    }

    [Test]
    public async Task Send_NotificationComes_IsNotWaitedForLonger()
    {
        // The first look comes too early, and the next one would come in an hour.
        (HttpListener listener, Uri address) = Listen();
        using HttpListener server = listener;
        Task serving = NotifyAsync(server, "{\"method\":\"signatureNotification\",\"params\":{}}");
        int looks = 0;
        using var cluster = new FakeCluster(c => c.Method switch
        {
            "sendTransaction" => FakeCluster.Result("\"id\""),
            "getBlockHeight" => FakeCluster.Result("1"),
            _ => FakeCluster.Value(++looks == 1 ? "[null]" : """[{"slot":9,"err":null,"confirmationStatus":"confirmed"}]"""),
        });
        Task<SendResult> sending = SendAsync(cluster, address);
        Assert.That((await sending.WaitAsync(Limit)).Outcome, Is.EqualTo(SendOutcome.Done));
        Assert.That(looks, Is.EqualTo(2));
        await serving.WaitAsync(Limit);
    }

    [TestCase("nonsense")]
    [TestCase("[]")]
    [TestCase("{\"method\":5}")]
    [TestCase("{\"result\":1,\"id\":1}")]
    public async Task Told_OtherMessages_AreNoWord(string message)
    {
        (HttpListener listener, Uri address) = Listen();
        using HttpListener server = listener;
        Task serving = NotifyAsync(server, message);
        await using var watch = SignatureWatch.Start(address, "id", Commitment.Confirmed);
        await serving.WaitAsync(Limit);
        Assert.That(watch.Told.IsCompleted, Is.False);
    }

    [Test]
    public async Task Told_NobodyListens_NeverFails()
    {
        await using var watch = SignatureWatch.Start(new Uri("ws://127.0.0.1:1/"), "id", Commitment.Confirmed);
        Assert.That(watch.Told.IsCompleted, Is.False);
    }

    private static Task<SendResult> SendAsync(FakeCluster cluster, Uri webSocket)
    {
        var key = SolanaKey.FromSeed(new byte[32]);
        var transaction = Transaction.Sign(
            Message.Compile(key.Address, default, [SystemProgram.Transfer(key.Address, key.Address, 1)]), key);
        var rpc = new SolanaRpc(
            new HttpClient(cluster),
            new RpcOptions
            {
                Endpoints = [new Uri("http://node0.test/")],
                WebSocket = webSocket,
                PollInterval = TimeSpan.FromHours(1),
                RebroadcastInterval = TimeSpan.FromHours(1),
            },
            TimeProvider.System,
            new Random(1));
        return new TransactionSender(rpc).ResumeAsync(transaction, 100, default);
    }

    private static (HttpListener Listener, Uri Address) Listen()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        return (listener, new Uri($"ws://127.0.0.1:{port}/"));
    }

    private static async Task NotifyAsync(HttpListener server, string message)
    {
        HttpListenerContext context = await server.GetContextAsync();
        HttpListenerWebSocketContext accepted = await context.AcceptWebSocketAsync(null);
        byte[] buffer = new byte[4096];
        WebSocketReceiveResult request = await accepted.WebSocket.ReceiveAsync(buffer, default);
        using var subscription = JsonDocument.Parse(buffer.AsMemory(0, request.Count));
        Assert.That(subscription.RootElement.GetProperty("method").GetString(), Is.EqualTo("signatureSubscribe"));
        await accepted.WebSocket.SendAsync(
            Encoding.UTF8.GetBytes("{\"result\":7,\"id\":1}"), WebSocketMessageType.Text, true, default);
        await accepted.WebSocket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, default);
    }
}
