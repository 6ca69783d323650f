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
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{FreePort()}/");
        listener.Start();
        Task serving = ServeAsync(listener);
        NodeConfiguration configuration = NodeConfiguration.Load(
            new HomeFolder("/nowhere", SettingOrigin.Flag),
            new Dictionary<string, IReadOnlyList<string>> { ["rpc_urls"] = [listener.Prefixes.Single()] }, _ => null);
        await using (var chain = WalletChain.Open(configuration, TimeProvider.System))
        {
            PaymentException refused = (await Assert.ThrowsAsync<PaymentException>(
                () => chain.AirdropAsync(Somebody, 5, default).WaitAsync(TimeSpan.FromSeconds(60))))!;
            Assert.That(refused.Code, Is.EqualTo(PaymentCodes.RpcUnreachable));
            Assert.That(refused.Message, Does.Contain(Somebody).And.Contain("429").And.Contain("try again"));
        }

        listener.Stop();
        await serving;
    }

    private static async Task ServeAsync(HttpListener listener)
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await listener.GetContextAsync();
                string request = await new StreamReader(context.Request.InputStream).ReadToEndAsync();
                context.Response.StatusCode = request.Contains("requestAirdrop", StringComparison.Ordinal) ? 429 : 200;
                await using var answer = new StreamWriter(context.Response.OutputStream);
                await answer.WriteAsync(request.Contains("getBalance", StringComparison.Ordinal)
                    ? """{"result":{"value":0}}""" : """{"result":7}""");
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
