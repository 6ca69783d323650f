using Infernet.Core.Identity;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>What newcomers are lent, one by one and all together; a token costs one unit here.</summary>
[TestFixture]
public sealed class FirstCreditTests
{
    private const ulong Smallest = 4_096;
    private const ulong Usual = 16_384;

    private readonly List<PayerAccount> _open = [];
    private EarningBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new EarningBench(o => o with { FirstCredit = (int)Usual });

    [TearDown]
    public async Task TearDown()
    {
        _open.ForEach(a => a.Dispose());
        _open.Clear();
        await _bench.DisposeAsync();
    }

    [TestCase(0UL, 0UL, Usual)]
    [TestCase(53_248UL, 0UL, Usual)]
    [TestCase(53_249UL, 0UL, Usual - 1)]
    [TestCase(30_000UL, 30_000UL, Smallest + 5_536)]
    [TestCase(65_536UL, 0UL, Smallest)]
    [TestCase(0UL, 65_536UL, Smallest)]
    [TestCase(ulong.MaxValue, ulong.MaxValue, Smallest)]
    public void Next_IsWhatThePoolHasLeft_AndNeverBelowTheSmallest(ulong trusted, ulong lost, ulong next) =>
        Assert.That(new FirstCredit(Smallest, Usual, 4 * Usual).Next(trusted, lost), Is.EqualTo(next));

    [Test]
    public void Next_WhereTheOwnerLendsLess_IsThat() =>
        Assert.That(new FirstCredit(256, 256, 1_024).Next(0, 0), Is.EqualTo(256));

    [Test]
    public async Task Owner_WhoLendsNewcomersLess_LendsThem()
    {
        await using var careful = new EarningBench(o => o with { FirstCredit = 300 });

        using PayerAccount account = await careful.AccountAsync(careful.OpenChannel());
        Assert.That(account.Terms.Credit, Is.EqualTo(300));
    }

    [Test]
    public async Task Newcomers_AtOnce_ShareOnePool()
    {
        ulong[] lent = new ulong[8];
        for (int i = 0; i < lent.Length; i++)
        {
            lent[i] = await ArriveAsync();
        }

        // Five take 12,288 each beyond the smallest, of 65,536.
        Assert.That(lent, Is.EqualTo(new ulong[] { Usual, Usual, Usual, Usual, Usual, 8_192, Smallest, Smallest }));
    }

    [Test]
    public async Task Newcomer_ThatGoes_LeavesThePoolAsItWas()
    {
        for (int i = 0; i < 8; i++)
        {
            Assert.That(await ArriveAsync(), Is.EqualTo(Usual));
            _open[^1].Dispose();
        }
    }

    [Test]
    public async Task Newcomers_ThatDoNotPay_MakeTheNextOnesWindowsSmallerForADay()
    {
        for (int i = 0; i < 4; i++)
        {
            Assert.That(await OweAsync(Usual), Is.EqualTo(Usual));
        }

        Assert.That(await OweAsync(Smallest), Is.EqualTo(Smallest));
        _bench.Time.Advance(TimeSpan.FromHours(24));
        Assert.That(await ArriveAsync(), Is.EqualTo(Usual));
    }

    [Test]
    public async Task Newcomers_ThatDoNotPay_AreNotForgottenByARestart()
    {
        for (int i = 0; i < 4; i++)
        {
            await OweAsync(Usual);
        }

        await _bench.RestartAsync();
        Assert.That(await ArriveAsync(), Is.EqualTo(Smallest));
    }

    [Test]
    public async Task Newcomer_ThatOwes_IsHeldToItsOwnDebtAlone()
    {
        await OweAsync(10_000);

        using PayerAccount again = await _bench.AccountAsync(_bench.OpenChannel());
        Assert.That((again.Terms.Credit, again.Terms.Unpaid), Is.EqualTo((Usual, 10_000UL)));
    }

    [Test]
    public async Task Payer_ThatHasPaid_TakesNothingOfThePool()
    {
        for (int i = 0; i < 8; i++)
        {
            ChannelState channel = Come();
            PayerAccount account = await _bench.AccountAsync(channel);
            _open.Add(account);
            Assert.That(account.Terms.Credit, Is.EqualTo(Usual));
            await account.TakeAsync(_bench.Voucher(channel, 2 * Usual), default);
            account.TryWiden();
        }
    }

    [Test]
    public async Task Payer_ThatHasPaidEnough_IsNoNewcomerThatOwes()
    {
        for (int i = 0; i < 4; i++)
        {
            ChannelState channel = Come();
            using PayerAccount account = await _bench.AccountAsync(channel);
            await account.TakeAsync(_bench.Voucher(channel, 2 * Usual), default);
            await EarningBench.EarnAsync(account, 0, 5 * Usual);
        }

        Assert.That(await ArriveAsync(), Is.EqualTo(Usual));
    }

    [Test]
    public async Task Newcomer_KeepsWhatItWasLentAsLongAsAJobIsOpen()
    {
        ChannelState channel = Come();
        using PayerAccount first = await _bench.AccountAsync(channel);
        (NodeIdentity payer, SolanaKey wallet) = (_bench.Payer, _bench.PayerWallet);
        for (int i = 0; i < 4; i++)
        {
            await OweAsync(Usual);
        }

        Assert.That(await ArriveAsync(), Is.EqualTo(Smallest));
        (_bench.Payer, _bench.PayerWallet) = (payer, wallet);
        using PayerAccount second = await _bench.AccountAsync(channel);
        Assert.That(second.Terms.Credit, Is.EqualTo(Usual));
    }

    // A new peer with a wallet and a channel of its own.
    private ChannelState Come()
    {
        (_bench.Payer, _bench.PayerWallet) = (NodeIdentity.Generate(), SolanaKey.Generate());
        return _bench.OpenChannel();
    }

    private async Task<ulong> ArriveAsync()
    {
        PayerAccount account = await _bench.AccountAsync(Come());
        _open.Add(account);
        return account.Terms.Credit;
    }

    private async Task<ulong> OweAsync(ulong amount)
    {
        using PayerAccount account = await _bench.AccountAsync(Come());
        await EarningBench.EarnAsync(account, 0, amount);
        return account.Terms.Credit;
    }
}
