using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Tests.Payments.Chain;

[TestFixture(false)]
[TestFixture(true)]
public sealed class TransactionDeskTests(bool tokens) : PaymentFixture(tokens)
{
    private const ulong Deposit = 1_000_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Open_OfAChannel_TakesWhatWasQuoted()
    {
        ChannelKey key = await _bench.NewChannelAsync();
        ulong lamports = await _chain.LamportsAsync(_bench.Wallet.Address);
        ulong paidIn = await _chain.BalanceAsync(_bench.Wallet.Address);
        Outflow quote = await _bench.Desk.QuoteAsync(_bench.OpenOrder(key, Deposit), default);
        SettledTransaction opened = await _bench.Desk.SendAsync(_bench.OpenOrder(key, Deposit), default).WaitAsync(Limit);
        Assert.That(opened.Repeated, Is.False);
        Assert.That(lamports - await _chain.LamportsAsync(_bench.Wallet.Address), Is.EqualTo(quote.Of(default)));
        Assert.That(paidIn - await _chain.BalanceAsync(_bench.Wallet.Address), Is.EqualTo(quote.Of(_chain.Mint)));
        Assert.That(_bench.Locked, Is.EqualTo(quote.Of(default)));
        ChannelState state = (await _bench.Client.ChannelAsync(key.Derive(_chain.Program).Address, default))!;
        Assert.That((state.Key, state.Deposit), Is.EqualTo((key, Deposit)));
    }

    [Test]
    public async Task Order_MadeAgain_PaysOnce()
    {
        TransactionOrder order = _bench.OpenOrder(await _bench.NewChannelAsync(), Deposit);
        SettledTransaction[] both = await Task.WhenAll(
            _bench.Desk.SendAsync(order, default), _bench.Desk.SendAsync(order, default)).WaitAsync(Limit);
        SettledTransaction third = await _bench.Desk.SendAsync(order, default).WaitAsync(Limit);
        await _bench.ReopenAsync();
        SettledTransaction fourth = await _bench.Desk.SendAsync(order, default).WaitAsync(Limit);
        Assert.That(both.Append(third).Append(fourth).Select(t => t.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That((third.Repeated, fourth.Repeated), Is.EqualTo((true, true)));
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Done }));
    }

    [Test]
    public async Task TopUp_OfAChannel_IsPriced()
    {
        ChannelKey key = await _bench.NewChannelAsync();
        await _bench.Desk.SendAsync(_bench.OpenOrder(key, Deposit), default).WaitAsync(Limit);
        TransactionOrder order = TopUp(key, 500) with { Scope = new OutflowScope { Channels = [key] } };
        await _bench.Desk.SendAsync(order, default).WaitAsync(Limit);
        ChannelState state = (await _bench.Client.ChannelAsync(key.Derive(_chain.Program).Address, default))!;
        Assert.That(state.Deposit, Is.EqualTo(Deposit + 500));
    }

    [Test]
    public async Task Settle_OfAVoucher_MakesTheTokenAccountsThatAreMissing()
    {
        (TransactionOrder settle, Address payee) = await SettlementAsync(50_000_000);
        await _bench.Desk.SendAsync(settle, default).WaitAsync(Limit);
        Assert.That(await _chain.BalanceAsync(payee), Is.EqualTo(42_500_000), "85 %");
    }

    // A token account pays its rent beside; lamports must be enough for the account that they make.
    [Test]
    public async Task Settle_OfLessThanTheRent_NamesTheAccount()
    {
        (TransactionOrder settle, Address payee) = await SettlementAsync(1_000);
        if (_tokens)
        {
            await _bench.Desk.SendAsync(settle, default).WaitAsync(Limit);
            Assert.That(await _chain.BalanceAsync(payee), Is.EqualTo(850));
            return;
        }

        ulong locked = _bench.Locked;
        PaymentException dust = await FailsAsync(settle);
        Assert.That(dust.Code, Is.EqualTo(PaymentCodes.Dust));
        Assert.That(dust.Message, Does.Contain(payee.ToString()).And.Contain("0.00089088 SOL"));
        Assert.That(_bench.Locked, Is.EqualTo(locked));
    }

    [Test]
    public async Task Refusal_OfTheProgram_IsSaidInItsWords_AndNothingIsSigned()
    {
        ChannelKey key = await _bench.NewChannelAsync() with { OpenSlot = 0 };
        await _chain.AdvanceAsync(0, 200);
        PaymentException refused = await FailsAsync(_bench.OpenOrder(key, Deposit));
        Assert.That(refused.Code, Is.EqualTo(PaymentCodes.Refused));
        Assert.That(refused.Message, Does.Contain("too early or too late").And.Contain("Nothing was signed"));
        NothingLeft();
    }

    [Test]
    public async Task Wallet_WithTooLittle_IsNamedWithWhatIsMissing()
    {
        PaymentException unfunded = await FailsAsync(
            _bench.OpenOrder(await _bench.NewChannelAsync(), _tokens ? 10_000_000_001ul : 20 * SettlementChain.Sol));
        Assert.That(unfunded.Code, Is.EqualTo(PaymentCodes.Unfunded));
        Assert.That(unfunded.Message, Does.Contain(_bench.Wallet.Address.ToString()).And.Contain("send it"));
        NothingLeft();
    }

    [Test]
    public async Task Wallet_ThatWouldKeepDust_IsSaidSo()
    {
        ChannelKey key = await _bench.NewChannelAsync();
        Outflow quote = await _bench.Desk.QuoteAsync(_bench.OpenOrder(key, Deposit), default);
        await _chain.Ledger.SetAccountAsync(
            _bench.Wallet.Address, WellKnown.SystemProgram, quote.Of(default) + 1, []);
        PaymentException dust = await FailsAsync(_bench.OpenOrder(key, Deposit));
        Assert.That(dust.Code, Is.EqualTo(PaymentCodes.Dust));
        Assert.That(dust.Message, Does.Contain(_bench.Wallet.Address.ToString()).And.Contain("0.00089088 SOL"));
        NothingLeft();
    }

    [Test]
    public async Task Cap_OfTheDay_HoldsBeforeAnythingIsSigned()
    {
        await _bench.ReopenAsync(o => o with { DailyCap = Deposit });
        PaymentException over = await FailsAsync(_bench.OpenOrder(await _bench.NewChannelAsync(), Deposit + 1));
        Assert.That(over.Code, Is.EqualTo(PaymentCodes.SpendingCap));
        NothingLeft();
    }

    [Test]
    public async Task TopUp_OfTokensThatNobodyNames_IsNotSigned()
    {
        ChannelKey key = await _bench.NewChannelAsync();
        await _bench.Desk.SendAsync(_bench.OpenOrder(key, Deposit), default).WaitAsync(Limit);
        if (_tokens)
        {
            Assert.That((await FailsAsync(TopUp(key, 5))).Code, Is.EqualTo(PaymentCodes.NotSigned));
        }
        else
        {
            await _bench.Desk.SendAsync(TopUp(key, 5), default).WaitAsync(Limit);
        }
    }

    [Test]
    public async Task Close_ByBoth_IsSignedByTheOtherSideToo()
    {
        (ChannelKey key, SolanaKey payee) = await OpenWithAsync();
        byte[]? seen = null;
        await _bench.Desk.SendAsync(
            Close(key) with
            {
                CoSign = (transaction, _) =>
                {
                    seen = transaction.Serialize();
                    return Task.FromResult(transaction.With(
                        payee.Address, payee.Sign(transaction.MessageBytes.Span)));
                },
            },
            default).WaitAsync(Limit);
        Assert.That(Transaction.Parse(seen).Message.Instructions, Has.Count.EqualTo(3), "budgets and the close");
        Assert.That(await _bench.Client.ChannelAsync(key.Derive(_chain.Program).Address, default), Is.Null);
    }

    [Test]
    public async Task Close_ThatTheOtherSideDoesNotSign_IsDroppedAndMayBeTriedAgain()
    {
        (ChannelKey key, SolanaKey payee) = await OpenWithAsync();
        PaymentException refused = await FailsAsync(Close(key) with
        {
            CoSign = (_, _) => throw new PaymentException(PaymentCodes.ChannelState, "It has work of ours."),
        });
        Assert.That(refused.Message, Is.EqualTo("It has work of ours."));
        PaymentException unsigned = await FailsAsync(Close(key) with { CoSign = (transaction, _) => Task.FromResult(transaction) });
        Assert.That(unsigned.Code, Is.EqualTo(PaymentCodes.NotSigned));
        await _bench.Desk.SendAsync(
            Close(key) with
            {
                CoSign = (transaction, _) => Task.FromResult(
                    transaction.With(payee.Address, payee.Sign(transaction.MessageBytes.Span))),
            },
            default).WaitAsync(Limit);
        Assert.That(
            Rows(),
            Is.EqualTo(new[]
            {
                TransactionState.Done, TransactionState.Dropped, TransactionState.Dropped, TransactionState.Done,
            }));
    }

    [Test]
    public async Task CoSigned_WhatTakesMoreThanTheFee_IsNotSigned()
    {
        PaymentException refused = await FailsAsync(_bench.OpenOrder(await _bench.NewChannelAsync(), Deposit) with
        {
            CoSign = (transaction, _) => Task.FromResult(transaction),
        });
        Assert.That(refused.Code, Is.EqualTo(PaymentCodes.NotSigned));
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Dropped }));
    }

    [Test]
    public async Task ClosingTransaction_OfAPayer_IsSignedForIt_ButNothingThatTakes()
    {
        SolanaKey payer = await _chain.NewPersonAsync();
        var key = new ChannelKey(payer.Address, _bench.Wallet.Address, _chain.Mint, payer.Address, 1, 1);
        var close = Message.Compile(payer.Address, default, [ChannelInstructions.Close(_chain.Program, key)]);
        byte[] signature = await _bench.Desk.CoSignAsync(close, default);
        Assert.That(Core.Identity.Ed25519.Verify(_bench.Wallet.Address.Span, close.Serialize(), signature));
        var robbery = Message.Compile(
            payer.Address, default, [SystemProgram.Transfer(_bench.Wallet.Address, payer.Address, 1)]);
        await Assert.ThrowsAsync<PaymentException>(() => _bench.Desk.CoSignAsync(robbery, default));
        var deposit = Message.Compile(
            payer.Address, default, [ChannelInstructions.Open(_chain.Program, key with { Payer = _bench.Wallet.Address }, 1, 9)]);
        await Assert.ThrowsAsync<PaymentException>(() => _bench.Desk.CoSignAsync(deposit, default));
    }

    private async Task<(TransactionOrder Order, Address Payee)> SettlementAsync(ulong cumulative)
    {
        SolanaKey payee = _chain.NewKey(), signer = _chain.NewKey();
        var key = new ChannelKey(
            _bench.Wallet.Address, payee.Address, _chain.Mint, signer.Address, 3, await _chain.Rpc.GetSlotAsync(default));
        await _bench.Desk.SendAsync(_bench.OpenOrder(key, 100_000_000), default).WaitAsync(Limit);
        SettlementConfig config = (await _bench.Client.FactsAsync(default)).Config;
        var voucher = new Voucher(key.Derive(_chain.Program).Address, cumulative, 0);
        var order = new TransactionOrder
        {
            Purpose = "settle", Key = $"{voucher.Channel}/{voucher.Cumulative}", What = "settling", Mint = key.Mint,
            TokenOwners = [key.Payee, config.Treasury, config.Platform],
            Compose = at =>
            [
                Ed25519Program.Verify(voucher.Encode(), new Ed25519Signature(signer.Address, voucher.Sign(signer))),
                ChannelInstructions.Settle(_chain.Program, key, voucher, config, at),
            ],
        };
        return (order, payee.Address);
    }

    private async Task<(ChannelKey Key, SolanaKey Payee)> OpenWithAsync()
    {
        SolanaKey payee = await _chain.NewPersonAsync();
        ChannelKey key = await _bench.NewChannelAsync() with { Payee = payee.Address };
        await _bench.Desk.SendAsync(_bench.OpenOrder(key, Deposit), default).WaitAsync(Limit);
        await _chain.AdvanceAsync(60, 151);
        return (key, payee);
    }

    private TransactionOrder Close(ChannelKey key) => new()
    {
        Purpose = "channel-close", Key = key.Derive(_chain.Program).Address.ToString(), What = "closing",
        Compose = _ => [ChannelInstructions.Close(_chain.Program, key)],
    };

    private TransactionOrder TopUp(ChannelKey key, ulong amount) => new()
    {
        Purpose = "channel-top-up", Key = $"{key.Salt}/{amount}", What = "topping up", Mint = key.Mint,
        Compose = _ => [ChannelInstructions.TopUp(_chain.Program, key, amount, 0)],
    };

    private IEnumerable<TransactionState> Rows() => _bench.Journal.Transactions.Latest(10).Select(t => t.State);

    private async Task<PaymentException> FailsAsync(TransactionOrder order) =>
        (await Assert.ThrowsAsync<PaymentException>(() => _bench.Desk.SendAsync(order, default).WaitAsync(Limit)))!;

    private void NothingLeft()
    {
        Assert.That(_bench.Spending.Today(_chain.Mint).Locked, Is.Zero);
        Assert.That(Rows(), Is.Empty);
        Assert.That(_bench.Wire.Calls.ContainsKey("sendTransaction"), Is.False);
    }
}
