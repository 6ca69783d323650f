using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments.Chain;

/// <summary>Lost, doubled and forged answers, and death at every commit: never two payments, never one that is forgotten.</summary>
[TestFixture]
public sealed class TransactionFaultTests()
    : PaymentFixture(tokens: false, o => o with { FailureAge = TimeSpan.Zero, MaxAttempts = 1 })
{
    private const ulong Deposit = 1_000_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [TestCase("getGenesisHash")]
    [TestCase("getAccountInfo")]
    [TestCase("getLatestBlockhash")]
    [TestCase("getBalance")]
    [TestCase("simulateTransaction")]
    public async Task Cluster_ThatDiesBeforeSigning_IsNamedAndNothingIsSpent(string method)
    {
        TransactionOrder order = _bench.OpenOrder(await _bench.NewChannelAsync(), Deposit);
        _bench.Wire.Rule = (m, _, through) => m == method ? throw new HttpRequestException("dead") : through();
        PaymentException dead = (await Assert.ThrowsAsync<PaymentException>(
            () => _bench.Desk.SendAsync(order, default).WaitAsync(Limit)))!;
        Assert.That(dead.Code, Is.EqualTo(PaymentCodes.RpcUnreachable));
        Assert.That((_bench.Locked, Rows().Count()), Is.EqualTo((0ul, 0)));
        _bench.Wire.Rule = (_, _, through) => through();
        await _bench.Desk.SendAsync(order, default).WaitAsync(Limit);
        await PaidOnceAsync();
    }

    [Test]
    public async Task Transaction_ThatIsLostTwice_IsSentAgainAndPaysOnce()
    {
        _bench.Wire.Rule = (m, n, through) => m == "sendTransaction" && n < 3 ? throw new HttpRequestException("lost") : through();
        await OpenAsync();
        await PaidOnceAsync();
        Assert.That(_bench.Wire.Calls["sendTransaction"], Is.GreaterThanOrEqualTo(3));
    }

    [Test]
    public async Task Transaction_WhoseAnswerIsLost_PaysOnce()
    {
        _bench.Wire.Rule = async (m, n, through) =>
        {
            HttpResponseMessage answer = await through();
            return m == "sendTransaction" && n < 3 ? throw new HttpRequestException("lost") : answer;
        };
        await OpenAsync();
        await PaidOnceAsync();
    }

    [Test]
    public async Task Transaction_ThatTheLineDoubles_PaysOnce()
    {
        _bench.Wire.Rule = async (m, _, through) =>
        {
            if (m == "sendTransaction")
            {
                (await through()).Dispose();
            }

            return await through();
        };
        await OpenAsync();
        await PaidOnceAsync();
    }

    // The endpoint takes it, and drops it; after 150 blocks it can be in none any more.
    [Test]
    public async Task Transaction_ThatNoBlockTakes_IsSignedAnewOnlyAfterItHasExpired()
    {
        ChannelKey key = await _bench.NewChannelAsync();
        int dropped = 0;
        _bench.Wire.Rule = async (m, n, through) =>
        {
            if (m != "sendTransaction" || Rows().Contains(TransactionState.Expired))
            {
                return await through();
            }

            if (Interlocked.Increment(ref dropped) == 3)
            {
                await _chain.AdvanceAsync(60, 151);
            }

            return Wire.Result("\"x\"");
        };
        await _bench.Desk.SendAsync(
            new TransactionOrder
            {
                Purpose = "request", Key = "1", What = "opening a channel",
                Compose = _ => [ChannelInstructions.Open(
                    _chain.Program, key with { OpenSlot = SlotNow() }, Deposit, _chain.Now + 100_000)],
            },
            default).WaitAsync(Limit);
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Done, TransactionState.Expired }));
        ulong SlotNow() => _chain.Rpc.GetSlotAsync(default).GetAwaiter().GetResult();
    }

    [Test]
    public async Task Transaction_ThatNeverGetsThrough_IsGivenUpAfterSomeSignings()
    {
        await _bench.ReopenAsync(o => o with { MaxSignings = 2 });
        ulong before = await _chain.LamportsAsync(_bench.Wallet.Address);
        ChannelKey key = await _bench.NewChannelAsync();
        _bench.Wire.Rule = async (m, n, through) =>
        {
            if (m != "sendTransaction")
            {
                return await through();
            }

            await _chain.AdvanceAsync(60, 151);
            return Wire.Result("\"x\"");
        };
        PaymentException expired = (await Assert.ThrowsAsync<PaymentException>(() => _bench.Desk.SendAsync(
            new TransactionOrder
            {
                Purpose = "close", Key = "1", What = "asking", Compose = _ => [Infernet.Solana.Programs.Memo.Create("x")],
            },
            default).WaitAsync(Limit)))!;
        Assert.That(expired.Code, Is.EqualTo(PaymentCodes.Expired));
        Assert.That(expired.Message, Does.Contain(_bench.Wallet.Address.ToString()));
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Expired, TransactionState.Expired }));
        Assert.That(await _chain.LamportsAsync(_bench.Wallet.Address), Is.EqualTo(before));
    }

    // Below the commitment that was asked for, a status is no confirmation, whatever else it says.
    [Test]
    public async Task Status_ThatIsNotConfirmed_DoesNotCount()
    {
        int lies = 0;
        _bench.Wire.Rule = (m, n, through) => m == "getSignatureStatuses" && n < 4
            ? Task.FromResult(Lie()) : m == "sendTransaction" && Volatile.Read(ref lies) < 2
            ? Task.FromResult(Wire.Result("\"x\"")) : through();
        await OpenAsync();
        Assert.That(Volatile.Read(ref lies), Is.EqualTo(3));
        await PaidOnceAsync();

        HttpResponseMessage Lie()
        {
            Interlocked.Increment(ref lies);
            return Wire.Result(
                """{"context":{"slot":1},"value":[{"slot":1,"err":null,"confirmationStatus":"processed"}]}""");
        }
    }

    // An endpoint says "confirmed" and has dropped it, or a fork undid it: ordered again, it is looked for again.
    [Test]
    public async Task Confirmation_ThatWasNotTrue_IsFoundOutWhenItIsOrderedAgain()
    {
        bool lying = true;
        _bench.Wire.Rule = (m, _, through) => !lying ? through() : m switch
        {
            "sendTransaction" => Task.FromResult(Wire.Result("\"x\"")),
            "getSignatureStatuses" => Task.FromResult(Wire.Result(
                """{"context":{"slot":1},"value":[{"slot":1,"err":null,"confirmationStatus":"finalized"}]}""")),
            _ => through(),
        };
        TransactionOrder order = _bench.OpenOrder(await _bench.NewChannelAsync(), Deposit);
        await _bench.Desk.SendAsync(order, default).WaitAsync(Limit);
        Assert.That(await DepositsAsync(), Is.Zero);
        lying = false;
        SettledTransaction again = await _bench.Desk.SendAsync(order, default).WaitAsync(Limit);
        Assert.That(again.Repeated, "the very same transaction");
        await PaidOnceAsync();
        _bench.Wire.Rule = (_, _, _) => throw new HttpRequestException("dead");
        Assert.That(
            (await _bench.Desk.SendAsync(order, default).WaitAsync(Limit)).Id, Is.EqualTo(again.Id), "what is known counts");
    }

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{\"context\":{\"slot\":1},\"value\":[7]}")]
    [TestCase("{\"context\":{\"slot\":1},\"value\":{}}")]
    public async Task Status_OfAnotherShape_DoesNotCount(string nonsense)
    {
        _bench.Wire.Rule = (m, n, through) => m == "getSignatureStatuses" && n < 4
            ? Task.FromResult(Wire.Result(nonsense)) : through();
        await OpenAsync();
        await PaidOnceAsync();
    }

    // Who believes it takes the transaction for expired while it may still be in a block, and pays again.
    [Test]
    public async Task Blockhash_ThatIsSaidToEndAtOnce_IsWaitedForAllTheSame()
    {
        int hidden = 0;
        _bench.Wire.Rule = async (m, n, through) =>
        {
            HttpResponseMessage answer = await through();
            if (m == "getLatestBlockhash")
            {
                string text = await answer.Content.ReadAsStringAsync();
                return Wire.Whole(System.Text.RegularExpressions.Regex.Replace(
                    text, "\"lastValidBlockHeight\":\\d+", "\"lastValidBlockHeight\":0"));
            }

            return m == "getSignatureStatuses" && Interlocked.Increment(ref hidden) < 10
                ? Wire.Result("""{"context":{"slot":1},"value":[null]}""") : answer;
        };
        await OpenAsync();
        Assert.That(hidden, Is.GreaterThanOrEqualTo(10));
        await PaidOnceAsync();
    }

    [TestCase("[]", 0ul)]
    [TestCase("""[{"slot":1,"prioritizationFee":9},{"slot":2,"prioritizationFee":0},{"slot":3,"prioritizationFee":7}]""", 7ul)]
    [TestCase("""[{"slot":1,"prioritizationFee":18446744073709551615}]""", ulong.MaxValue)]
    [TestCase("\"nonsense\"", 0ul)]
    public async Task Priority_FollowsTheMedian_WithinTheLimit(string fees, ulong price)
    {
        const ulong Most = 1_000;
        await _bench.ReopenAsync(o => o with { MaxPriorityFee = Most });
        _bench.Wire.Rule = (m, _, through) => m == "getRecentPrioritizationFees"
            ? Task.FromResult(Wire.Result(fees)) : through();
        SettledTransaction opened = await _bench.Desk
            .SendAsync(_bench.OpenOrder(await _bench.NewChannelAsync(), Deposit), default).WaitAsync(Limit);
        ulong priority = opened.Fee - 5_000;
        Assert.That(priority, price switch
        {
            0 => Is.Zero,
            ulong.MaxValue => Is.InRange(Most - 10, Most),
            _ => Is.InRange(1, 2),
        });
    }

    [Test]
    public async Task Caller_WhoGivesUp_StopsNothing_AndLearnsTheResultLater()
    {
        var stuck = new TaskCompletionSource();
        var sent = new TaskCompletionSource();
        _bench.Wire.Rule = async (m, _, through) =>
        {
            if (m == "sendTransaction")
            {
                sent.TrySetResult();
                await stuck.Task;
            }

            return await through();
        };
        TransactionOrder order = _bench.OpenOrder(await _bench.NewChannelAsync(), Deposit);
        using var impatient = new CancellationTokenSource();
        Task<SettledTransaction> first = _bench.Desk.SendAsync(order, impatient.Token);
        await sent.Task.WaitAsync(Limit);
        await impatient.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => first);
        Assert.That(_bench.Desk.IsPending("channel-open"));
        stuck.SetResult();
        await _bench.Desk.SendAsync(order, default).WaitAsync(Limit);
        await PaidOnceAsync();
    }

    [Test]
    public async Task Stop_WhileTheClusterIsSilent_IsQuick_AndTheNextStartFinishes()
    {
        var sent = new TaskCompletionSource();
        _bench.Wire.Rule = (m, _, through) =>
        {
            if (m == "sendTransaction")
            {
                sent.TrySetResult();
            }

            return sent.Task.IsCompleted ? throw new HttpRequestException("dead") : through();
        };
        TransactionOrder order = _bench.OpenOrder(await _bench.NewChannelAsync(), Deposit);
        Task<SettledTransaction> first = _bench.Desk.SendAsync(order, default);
        await sent.Task.WaitAsync(Limit);
        await _bench.CloseAsync().WaitAsync(Limit);
        Assert.That((await Assert.ThrowsAsync<PaymentException>(() => first))!.Code, Is.EqualTo(PaymentCodes.Pending));

        _bench.Wire.Rule = (_, _, through) => through();
        _bench.Open();
        await _bench.Desk.ResumeAsync(default);
        await _bench.Desk.SendAsync(order, default).WaitAsync(Limit);
        await PaidOnceAsync();
    }

    [Test]
    public async Task Resume_OnAnotherCluster_LeavesTheTransactionToItsOwn()
    {
        var sent = new TaskCompletionSource();
        _bench.Wire.Rule = (m, _, through) =>
        {
            if (m == "sendTransaction")
            {
                sent.TrySetResult();
                throw new HttpRequestException("dead");
            }

            return through();
        };
        TransactionOrder order = _bench.OpenOrder(await _bench.NewChannelAsync(), Deposit);
        Task<SettledTransaction> first = _bench.Desk.SendAsync(order, default);
        await sent.Task.WaitAsync(Limit);
        await _bench.CloseAsync();
        await Assert.ThrowsAsync<PaymentException>(() => first);

        string foreign = _chain.NewKey().Address.ToString();
        _bench.Wire.Calls.Clear();
        _bench.Wire.Rule = (m, _, through) => m == "getGenesisHash"
            ? Task.FromResult(Wire.Result($"\"{foreign}\"")) : through();
        _bench.Open();
        await _bench.Desk.ResumeAsync(default);
        while (_bench.Desk.IsPending("channel-open"))
        {
            await Task.Yield();
        }

        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Signed }));
        Assert.That(_bench.Wire.Calls.ContainsKey("sendTransaction"), Is.False);
    }

    // The process dies before or after its Nth commit; whatever the next one finds, it ends with one payment.
    [Test]
    public async Task Death_AtAnyCommit_EndsInOnePayment([Values(1, 2, 3)] int commit, [Values] bool committed)
    {
        await _bench.CloseAsync();
        bool dead = false;
        _bench.Open((number, done) =>
        {
            if (dead |= number == commit && done == committed)
            {
                throw new JournalException("The process is dead");
            }
        });
        _bench.Wire.Rule = (_, _, through) => dead ? throw new HttpRequestException("dead") : through();
        TransactionOrder order = _bench.OpenOrder(await _bench.NewChannelAsync(), Deposit);
        await Assert.ThrowsAsync<JournalException>(() => _bench.Desk.SendAsync(order, default).WaitAsync(Limit));
        await _bench.CloseAsync();
        int before = await DepositsAsync();

        dead = false;
        _bench.Open();
        await _bench.Desk.ResumeAsync(default);
        await _bench.Desk.SendAsync(order, default).WaitAsync(Limit);
        await PaidOnceAsync();
        Assert.That(before, Is.EqualTo(commit < 3 ? 0 : 1), "nothing leaves before its bytes are in the journal");
        Assert.That(_bench.Locked, Is.LessThanOrEqualTo(2 * (Deposit + 3_000_000)));
    }

    private async Task OpenAsync() => await _bench.Desk
        .SendAsync(_bench.OpenOrder(await _bench.NewChannelAsync(), Deposit), default).WaitAsync(Limit);

    private IEnumerable<TransactionState> Rows() => _bench.Journal.Transactions.Latest(10).Select(t => t.State);

    // The chain is the witness: channels of this wallet, and what they hold.
    private async Task<int> DepositsAsync() => (await _chain.Rpc.GetProgramAccountsAsync(
        _chain.Program, ChannelState.Length, 8, _bench.Wallet.Address, .., default)).Count;

    private async Task PaidOnceAsync()
    {
        Assert.That(await DepositsAsync(), Is.EqualTo(1));
        Assert.That(Rows().Count(r => r == TransactionState.Done), Is.EqualTo(1));
        Assert.That(Rows(), Has.None.EqualTo(TransactionState.Signed).And.None.EqualTo(TransactionState.Approved));
        ulong left = await _chain.LamportsAsync(_bench.Wallet.Address);
        Assert.That((10 * SettlementChain.Sol) - left, Is.LessThan(2 * Deposit + 3_000_000), "one deposit left the wallet");
    }
}
