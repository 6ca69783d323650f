using System.Net;
using System.Net.Sockets;
using Infernet.Core.Api;
using Infernet.Daemon.Configuration;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Wallets;

namespace Infernet.Daemon.Tests.Payments.Wallets;

public class WalletChainTests
{
    private const string Somebody = "4dJkJH7sPwfQ3q7u8LR4yHa33MAATvj9dZ8yZg3zZgPC";

    // As public test clusters do: everything is answered, but coins are given seldom.
    [Test]
    public async Task Airdrop_ClusterIsAskedTooOften_SaysWhatToDo()
    {
        PaymentException refused = await FailsAsync(
            chain => chain.AirdropAsync(Somebody, 5, default),
            (request, answer) =>
            {
                answer.StatusCode = request.Contains("requestAirdrop", StringComparison.Ordinal) ? 429 : 200;
                return request.Contains("getBalance", StringComparison.Ordinal) ? """{"result":{"value":0}}""" : """{"result":7}""";
            });
        Assert.That(refused.Code, Is.EqualTo(PaymentCodes.RpcUnreachable));
        Assert.That(refused.Message, Does.Contain(Somebody).And.Contain("429").And.Contain("try again"));
    }

    // It could send this node to services that nobody else reaches.
    [Test]
    public async Task Balance_EndpointThatPointsElsewhere_IsNotFollowed()
    {
        int asked = 0;
        PaymentException refused = await FailsAsync(
            chain => chain.BalanceAsync(Somebody, default),
            (_, answer) =>
            {
                Interlocked.Increment(ref asked);
                (answer.StatusCode, answer.RedirectLocation) = (307, "/elsewhere");
                return "";
            });
        Assert.That(refused.Message, Does.Contain("HTTP 307"));
        Assert.That(asked, Is.EqualTo(3), "the attempts");
    }

    private static async Task<PaymentException> FailsAsync(
        Func<WalletChain, Task> act, Func<string, HttpListenerResponse, string> answer)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{FreePort()}/");
        listener.Start();
        Task serving = ServeAsync(listener, answer);
        NodeConfiguration configuration = NodeConfiguration.Load(
            new HomeFolder("/nowhere", SettingOrigin.Flag),
            new Dictionary<string, IReadOnlyList<string>> { ["rpc_urls"] = [listener.Prefixes.Single()] }, _ => null);
        await using var chain = WalletChain.Open(configuration, TimeProvider.System);
        PaymentException refused = (await Assert.ThrowsAsync<PaymentException>(
            () => act(chain).WaitAsync(TimeSpan.FromSeconds(60))))!;
        listener.Stop();
        await serving;
        return refused;
    }

    private static async Task ServeAsync(HttpListener listener, Func<string, HttpListenerResponse, string> answer)
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                string request = await new StreamReader(context.Request.InputStream).ReadToEndAsync();
                string said = answer(request, context.Response);
                await using var body = new StreamWriter(context.Response.OutputStream);
                await body.WriteAsync(said);
            }
        }
        catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
