using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments.Chain;

[TestFixture]
public sealed class ChainClientTests()
    : PaymentFixture(tokens: true, o => o with { FailureAge = TimeSpan.Zero, MaxAttempts = 1 })
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Facts_OfTheLedger_AreAskedForOnce()
    {
        ClusterFacts facts = await _bench.Client.FactsAsync(default);
        await _bench.Client.FactsAsync(default);
        Assert.That(facts.Genesis.ToString(), Is.EqualTo(await _chain.Rpc.GetGenesisHashAsync(default)));
        Assert.That(facts.Asset, Is.EqualTo(Asset.Of(_chain.Mint.Span, 6)));
        Assert.That((facts.Config.Treasury, facts.Config.Threshold), Is.EqualTo((_chain.Config.Treasury, (byte)2)));
        Assert.That(_bench.Wire.Calls["getGenesisHash"], Is.EqualTo(1));
        Assert.That(_bench.Client.Show(_chain.Mint, 1_500_000), Does.StartWith("1.5 "));
    }

    [Test]
    public async Task Cluster_ThatIsAway_IsAProblemAndGoesOnCountingOnceItWasSeen()
    {
        _bench.Wire.Rule = (_, _, _) => throw new HttpRequestException("dead");
        Assert.That((await FactsFailAsync()).Code, Is.EqualTo(PaymentCodes.RpcUnreachable));
        Assert.That(_bench.Client.Problem, Does.Contain("dead"));

        _bench.Wire.Rule = (_, _, through) => through();
        await _bench.ReopenAsync(o => o with { FactsAge = TimeSpan.Zero });
        ClusterFacts facts = await _bench.Client.FactsAsync(default);
        Assert.That(_bench.Client.Problem, Is.Null);
        _bench.Wire.Rule = (_, _, _) => throw new HttpRequestException("dead");
        Assert.That(await _bench.Client.FactsAsync(default), Is.SameAs(facts));
        Assert.That(_bench.Client.Problem, Does.Contain("dead"));
    }

    [Test]
    public async Task Cluster_ThatNeverAnswers_IsGivenUpAtTheLimit()
    {
        await _bench.ReopenAsync(o => o with { Timeout = TimeSpan.FromMilliseconds(50) });
        _bench.Wire.Rule = (_, _, _) => new TaskCompletionSource<HttpResponseMessage>().Task;
        Assert.That((await FactsFailAsync()).Code, Is.EqualTo(PaymentCodes.RpcUnreachable));
    }

    [Test]
    public async Task Close_WhileTheClusterIsSilent_DoesNotWaitForIt()
    {
        await _bench.ReopenAsync(o => o with { Timeout = TimeSpan.FromDays(1) });
        _bench.Wire.Rule = (_, _, _) => new TaskCompletionSource<HttpResponseMessage>().Task;
        Task<ClusterFacts> asking = _bench.Client.FactsAsync(default).AsTask();
        await _bench.CloseAsync().WaitAsync(Limit);
        await Assert.ThrowsAsync<TaskCanceledException>(() => asking.WaitAsync(Limit));
        _bench.Open();
    }

    [Test]
    public async Task Cluster_OtherThanWanted_IsRefused()
    {
        await _bench.ReopenAsync(o => o with { Genesis = _chain.NewKey().Address.ToString() });
        Assert.That((await FactsFailAsync()).Code, Is.EqualTo(PaymentCodes.WrongCluster));
    }

    [Test]
    public async Task Endpoints_OfTwoClusters_AreRefused()
    {
        await using SettlementChain other = await SettlementChain.StartAsync(tokens: false);
        await _bench.ReopenAsync(o => o with { Endpoints = [_chain.Ledger.Http, other.Ledger.Http] });
        PaymentException mixed = await FactsFailAsync();
        Assert.That(mixed.Code, Is.EqualTo(PaymentCodes.WrongCluster));
        Assert.That(mixed.Message, Does.Contain(await other.Rpc.GetGenesisHashAsync(default)));
    }

    [Test]
    public async Task Endpoint_ThatIsSilent_IsLeftOut()
    {
        await _bench.ReopenAsync(o => o with
        {
            Endpoints = [new Uri("http://127.0.0.1:9/"), _chain.Ledger.Http], MaxAttempts = 2,
        });
        Assert.That((await _bench.Client.FactsAsync(default)).Asset.Decimals, Is.EqualTo(6));
    }

    [Test]
    public async Task Program_ThatIsNotThere_IsNamed()
    {
        Address nothing = _chain.NewKey().Address;
        await _bench.ReopenAsync(o => o with { Program = nothing });
        PaymentException wrong = await FactsFailAsync();
        Assert.That(wrong.Code, Is.EqualTo(PaymentCodes.WrongProgram));
        Assert.That(wrong.Message, Does.Contain(nothing.ToString()));
    }

    [Test]
    public async Task Mint_ThatIsNone_IsNamed()
    {
        foreach (Address wrong in (Address[])[_bench.Wallet.Address, _chain.NewKey().Address, WellKnown.TokenProgram])
        {
            await _bench.ReopenAsync(o => o with { Mint = wrong });
            PaymentException named = await FactsFailAsync();
            Assert.That(named.Code, Is.EqualTo(PaymentCodes.WrongMint));
            Assert.That(named.Message, Does.Contain(wrong.ToString()));
        }
    }

    [Test]
    public async Task Mint_WithOtherDecimalsThanTheSettingsCountOn_IsNamed()
    {
        await _bench.ReopenAsync(o => o with { Decimals = 9 });
        PaymentException wrong = await FactsFailAsync();
        Assert.That(wrong.Code, Is.EqualTo(PaymentCodes.WrongMint));
        Assert.That(wrong.Message, Does.Contain("payment_decimals to 6"));
    }

    [Test]
    public async Task Channel_ThatAnEndpointInvents_IsNone()
    {
        ChannelKey key = await _bench.NewChannelAsync();
        await _bench.Desk.SendAsync(_bench.OpenOrder(key, 100), default).WaitAsync(Limit);
        Address channel = key.Derive(_chain.Program).Address;
        Assert.That(await _bench.Client.ChannelAsync(channel, default), Is.Not.Null);
        Assert.That(await _bench.Client.ChannelAsync(_bench.Wallet.Address, default), Is.Null, "another program's account");

        byte[] state = (await _bench.Client.AccountAsync(channel, default))!.Data.ToArray();
        string account = $$"""
            {"lamports":1,"owner":"{{_chain.Program}}","data":["{{Convert.ToBase64String(state)}}","base64"]}
            """;
        string posing = $$"""{"context":{"slot":1},"value":{{account}} }""";
        _bench.Wire.Rule = (_, _, _) => Task.FromResult(Wire.Result(posing));
        Assert.That(
            await _bench.Client.ChannelAsync(_chain.NewKey().Address, default), Is.Null, "another channel's state");
    }

    [Test]
    public async Task Balance_OfTokensThatNobodyHas_IsNothing()
    {
        Assert.That(await _bench.Client.BalanceAsync(_bench.Wallet.Address, _chain.Mint, default), Is.EqualTo(10_000_000_000));
        Assert.That(await _bench.Client.BalanceAsync(_chain.NewKey().Address, _chain.Mint, default), Is.Zero);
        Assert.That(
            await _bench.Client.BalanceAsync(_bench.Wallet.Address, Asset.Sol, default),
            Is.EqualTo(10 * SettlementChain.Sol));
    }

    [Test]
    public async Task Stake_ThatWasRead_IsRememberedForAWhile()
    {
        Assert.That(await _bench.Client.StakeAsync(_bench.Wallet.Address, default), Is.Null);
        await _bench.Client.StakeAsync(_bench.Wallet.Address, default);
        Assert.That(_bench.Wire.Calls["getAccountInfo"], Is.EqualTo(1));
        await _bench.ReopenAsync(o => o with { StakeAge = TimeSpan.Zero });
        await _bench.Client.StakeAsync(_bench.Wallet.Address, default);
        await _bench.Client.StakeAsync(_bench.Wallet.Address, default);
        Assert.That(_bench.Wire.Calls["getAccountInfo"], Is.EqualTo(3));
    }

    private async Task<PaymentException> FactsFailAsync() =>
        (await Assert.ThrowsAsync<PaymentException>(() => _bench.Client.FactsAsync(default).AsTask().WaitAsync(Limit)))!;
}
