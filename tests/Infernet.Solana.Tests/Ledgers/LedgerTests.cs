using System.Net.WebSockets;
using System.Text;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Tests.Node;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Ledgers;

/// <summary>The local ledger: what others' clients make of it, and what it keeps.</summary>
public class LedgerTests
{
    private static readonly HttpClient Http = new();

    [Test]
    public async Task Ledger_UnmodifiedKit_WorksAgainstIt()
    {
        await using Ledger ledger = await Ledger.StartAsync();
        await NodeScripts.RunAsync("kit-check.mjs", ledger.Http.ToString(), ledger.WebSocket);
    }

    [Test]
    public async Task Ledger_KilledAndStartedAgain_HasWhatItAnswered()
    {
        string folder = Directory.CreateTempSubdirectory("infernet-ledger").FullName;
        try
        {
            var payer = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)3, 32)]);
            Address payee = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)4, 32)]).Address;
            Ledger first = await Ledger.StartAsync("--state", folder);
            await first.Rpc.RequestAirdropAsync(payer.Address, 5_000_000_000, default);
            SendResult sent = await PayAsync(first, payer, payee);
            Assert.That(sent.Outcome, Is.EqualTo(SendOutcome.Done), sent.Error);
            await first.KillAsync();

            // A line that the crash cut off was never answered.
            await File.AppendAllTextAsync(Path.Combine(folder, "ledger.jsonl"), "{\"slot\":\"9");
            await using Ledger second = await Ledger.StartAsync("--state", folder);
            Assert.That(await second.Rpc.GetBalanceAsync(payee, default), Is.EqualTo(1_000_000_000));
            Assert.That(await second.Rpc.GetBalanceAsync(payer.Address, default), Is.EqualTo(3_999_995_000));
            Assert.That(second.Program, Is.EqualTo(first.Program));
            Assert.That((await PayAsync(second, payer, payee)).Outcome, Is.EqualTo(SendOutcome.Done));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCase("-1")]
    [TestCase("1.5")]
    [TestCase("5")]
    [TestCase("18446744073709551615")]
    public async Task Airdrop_ThatCannotBeGiven_IsRefusedAndStopsNoLaterStart(string lamports)
    {
        string folder = Directory.CreateTempSubdirectory("infernet-ledger").FullName;
        try
        {
            Address payee = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)4, 32)]).Address;
            Ledger first = await Ledger.StartAsync("--state", folder);
            string refused = await PostAsync(first, Request("requestAirdrop", $"\"{payee}\", {lamports}"));
            await first.KillAsync();
            Assert.That(refused, Does.Contain("\"error\""));
            await using Ledger second = await Ledger.StartAsync("--state", folder);
            Assert.That(await second.Rpc.GetBalanceAsync(payee, default), Is.Zero);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The runtime ends its process over some bytes that are no transaction; so they must not reach it.</summary>
    [Test]
    public async Task Ledger_AnyBytesForATransaction_GoesOn()
    {
        const int seed = 20261121;
        var random = new Random(seed);
        await using Ledger ledger = await Ledger.StartAsync("--manual-clock");
        var payer = SolanaKey.FromSeed([.. Enumerable.Repeat((byte)3, 32)]);
        LatestBlockhash latest = await ledger.Rpc.GetLatestBlockhashAsync(default);
        byte[] good = Transaction.Sign(
            Message.Compile(payer.Address, latest.Blockhash, [SystemProgram.Transfer(payer.Address, payer.Address, 1)]), payer)
            .Serialize();
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = [.. good];
            for (int changes = random.Next(1, 5); changes > 0; changes--)
            {
                bytes[random.Next(64, bytes.Length)] = (byte)random.Next(256);
            }

            string raw = Convert.ToBase64String(random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            string answer = await PostAsync(ledger, Request(
                "simulateTransaction", $"\"{raw}\", {{\"encoding\": \"base64\", \"replaceRecentBlockhash\": true}}"));
            Assert.That(answer, Does.StartWith("{"), $"seed {seed}, {raw}");
        }
    }

    [Test]
    public async Task Batch_OfTooMany_IsRefusedWhole()
    {
        await using Ledger ledger = await Ledger.StartAsync("--manual-clock");
        string one = Request("getSlot", "");
        Assert.That(await PostAsync(ledger, $"[{string.Join(',', Enumerable.Repeat(one, 100))}]"), Does.StartWith("["));
        Assert.That(
            await PostAsync(ledger, $"[{string.Join(',', Enumerable.Repeat(one, 101))}]"),
            Does.StartWith("{").And.Contain("max 100"));
    }

    [Test]
    public async Task Request_ThatIsTooLong_IsRefused_AndTheNextOneAnswered()
    {
        await using Ledger ledger = await Ledger.StartAsync("--manual-clock");
        try
        {
            using HttpResponseMessage refused = await Http.PostAsync(ledger.Http, new StringContent(new string(' ', 2 << 20)));
            Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("larger than"));
        }
        catch (HttpRequestException)
        {
            // The ledger may hang up before all of it was sent.
        }

        Assert.That(await PostAsync(ledger, Request("getSlot", "")), Does.Contain("result"));
    }

    [TestCase("5")]
    [TestCase("null")]
    [TestCase("\"" + "11111111111111111111111111111111111111111111111111111111111111111111111111111111111111111" + "\"")]
    public async Task Subscription_ToWhatIsNoSignature_IsRefused(string signature)
    {
        await using Ledger ledger = await Ledger.StartAsync("--manual-clock");
        using var socket = new ClientWebSocket();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await socket.ConnectAsync(new Uri(ledger.WebSocket), limit.Token);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(Request("signatureSubscribe", signature)), WebSocketMessageType.Text, true, limit.Token);
        byte[] buffer = new byte[4096];
        WebSocketReceiveResult answer = await socket.ReceiveAsync(buffer, limit.Token);
        Assert.That(Encoding.UTF8.GetString(buffer, 0, answer.Count), Does.Contain("88 characters"));
    }

    [Test]
    public async Task Ledger_OtherVersionsProgram_DeploysToo()
    {
        string program = Path.Combine(Path.GetTempPath(), $"settlement-v0-{Environment.ProcessId}.so");
        await BuildTests.BuildAsync("--v0", program);
        try
        {
            await using Ledger ledger = await Ledger.StartAsync("--program", program);
            AccountData? account = await ledger.Rpc.GetAccountAsync(ledger.Program, default);
            Assert.That(account!.Owner, Is.EqualTo(WellKnown.UpgradeableLoader));
        }
        finally
        {
            File.Delete(program);
        }
    }

    private static string Request(string method, string parameters) =>
        $"{{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"{method}\", \"params\": [{parameters}]}}";

    private static async Task<string> PostAsync(Ledger ledger, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await Http.PostAsync(ledger.Http, content);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<SendResult> PayAsync(Ledger ledger, SolanaKey payer, Address payee)
    {
        LatestBlockhash latest = await ledger.Rpc.GetLatestBlockhashAsync(default);
        var transaction = Transaction.Sign(
            Message.Compile(payer.Address, latest.Blockhash, [SystemProgram.Transfer(payer.Address, payee, 1_000_000_000)]), payer);
        return await new TransactionSender(ledger.Rpc).SendAsync(transaction, latest.LastValidBlockHeight, default);
    }
}
