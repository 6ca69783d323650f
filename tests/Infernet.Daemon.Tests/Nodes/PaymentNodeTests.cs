using Infernet.Core.Api;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Tests.Payments;
using Infernet.Solana.Keys;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>Whole nodes with payments on, and what becomes of them when wallet or cluster are not as they should be.</summary>
[TestFixture]
public sealed class PaymentNodeTests
{
    private static readonly Address Program = SolanaKey.FromSeed(new byte[32]).Address;

    [Test]
    public async Task Start_WithoutAWallet_SaysHowToMakeOne()
    {
        await using var nodes = new TestNodes();
        ApiException missing = (await Assert.ThrowsAsync<ApiException>(
            () => nodes.StartAsync("poor", o => o with { Payments = Options(new Uri("http://127.0.0.1:9/")) })))!;
        Assert.That(missing.Error.Code, Is.EqualTo(PaymentCodes.WalletMissing));
        Assert.That(missing.Message, Does.Contain(nodes.HomeOf("poor")).And.Contain("infernet wallet create"));
    }

    [Test]
    public async Task Start_WithASealedWalletAndNoPassphrase_SaysSo()
    {
        await using var nodes = new TestNodes();
        MakeWallet(nodes, "sealed", "secret");
        ApiException locked = (await Assert.ThrowsAsync<ApiException>(
            () => nodes.StartAsync("sealed", o => o with { Payments = Options(new Uri("http://127.0.0.1:9/")) })))!;
        Assert.That(locked.Error.Code, Is.EqualTo(PaymentCodes.WalletMissing));
        Assert.That(locked.Message, Does.Contain("passphrase"));
    }

    [Test]
    public async Task Node_WhoseClusterIsDead_RunsAndSaysSo()
    {
        await using var nodes = new TestNodes();
        MakeWallet(nodes, "node");
        Node node = await nodes.StartAsync("node", o => o with { Payments = Options(new Uri("http://127.0.0.1:9/")) });
        await UntilAsync(() => node.Status().Problems.Any(p => p.Contains("127.0.0.1:9", StringComparison.Ordinal)));
        await nodes.StopAsync(node).WaitAsync(TestNodes.Patience);
    }

    [Test]
    public async Task Node_WhoseClusterIsSilent_StartsAndStopsWithoutIt()
    {
        await using var nodes = new TestNodes();
        MakeWallet(nodes, "node");
        using var wire = new Wire { Rule = (_, _, _) => new TaskCompletionSource<HttpResponseMessage>().Task };
        Node node = await nodes.StartAsync("node", o => o with
        {
            Payments = Options(new Uri("http://127.0.0.1:9/")) with
            {
                Chain = Options(new Uri("http://127.0.0.1:9/")).Chain with
                {
                    Handler = wire.Handler, Timeout = TimeSpan.FromDays(1),
                },
            },
        }).WaitAsync(TestNodes.Patience);
        Assert.That(node.Status().Problems, Has.None.Contain("payments"), "nobody knows yet");
        await nodes.StopAsync(node).WaitAsync(TestNodes.Patience);
    }

    [Test]
    public async Task Node_OnTheLedger_KnowsItsStakeAndGoesOnWhereItWas()
    {
        await using SettlementChain chain = await SettlementChain.StartAsync(tokens: false);
        await using var nodes = new TestNodes();
        SolanaKey wallet = MakeWallet(nodes, "node");
        await chain.Rpc.RequestAirdropAsync(wallet.Address, SettlementChain.Sol, default);
        PaymentOptions payments = Options(chain.Ledger.Http);
        payments = payments with { Chain = payments.Chain with { Program = chain.Program } };
        var time = new ChainTime(chain);
        Node node = await nodes.StartAsync("node", o => o with { Payments = payments, Time = time });
        Assert.That(node.Payments!.StakedJobs, Is.Zero);
        StakeChange staked = await node.Payments.Stakes.AddAsync(1_000, dryRun: false, default);
        Assert.That((staked.After!.JobsAtOnce, staked.After.ForThisNode), Is.EqualTo(((uint?)1, (bool?)true)));
        await nodes.StopAsync(node);

        node = await nodes.StartAsync("node", o => o with { Payments = payments, Time = time });
        await UntilAsync(() => node.Payments!.StakedJobs == 1);
        Assert.That(node.Status().Problems, Has.None.Contain("payments"));
        Assert.That(node.Payments!.Spending.Today(default).Locked, Is.GreaterThan(1_000));
    }

    [Test]
    public async Task Node_ForFree_HasNothingOfIt()
    {
        await using var nodes = new TestNodes();
        Node node = await nodes.StartAsync("free");
        Assert.That(node.Payments, Is.Null);
        Assert.That(File.Exists(Path.Combine(nodes.HomeOf("free"), "wallet.json")), Is.False);
    }

    private static PaymentOptions Options(Uri endpoint) => new()
    {
        Chain = new ChainOptions
        {
            Endpoints = [endpoint], Program = Program, DailyCap = SettlementChain.Sol, RequestsPerSecond = 1_000_000,
            PollInterval = TimeSpan.FromMilliseconds(1), MaxAttempts = 1,
        },
    };

    private static SolanaKey MakeWallet(TestNodes nodes, string name, string? passphrase = null)
    {
        Directory.CreateDirectory(nodes.HomeOf(name));
        return WalletFile.Create(Path.Combine(nodes.HomeOf(name), "wallet.json"), passphrase);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TestNodes.Patience);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
