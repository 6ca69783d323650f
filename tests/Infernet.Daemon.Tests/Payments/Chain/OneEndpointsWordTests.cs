using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Chain;

/// <summary>Two endpoints, of which one lies: what it alone says of a payment is not called done for good.</summary>
public class OneEndpointsWordTests() : PaymentFixture(tokens: false, o => o with
{
    Endpoints = [new Uri(o.Endpoints[0], "/?liar"), new Uri(o.Endpoints[0], "/?honest")],
    AgreementPatience = TimeSpan.FromMilliseconds(20),
})
{
    private const ulong Amount = 10_000_000;
    private const string Confirmed = """{"context":{"slot":9},"value":[{"slot":9,"err":null,"confirmationStatus":"confirmed"}]}""";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private TaskCompletionSource _begun = null!;
    private ChannelKey _key = null!;

    [SetUp]
    public async Task PrepareAsync()
    {
        _begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _key = await _bench.NewChannelAsync();
    }

    [Test]
    public async Task Payment_ThatOneEndpointMadeUp_IsMadeWhenOrderedAgainMuchLater()
    {
        Lie();
        await SendAsync();
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Told }));
        Assert.That(await ChannelAsync(), Is.Null);
        await _chain.AdvanceAsync(7_200, 1);
        _bench.Wire.At = (_, _, _) => null;
        await SendAsync();
        Assert.That((await ChannelAsync())!.Deposit, Is.EqualTo(Amount));
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Done }));
    }

    [Test]
    public async Task Payment_ThatOneEndpointMadeUp_IsAProblemThatIsShown()
    {
        Lie();
        await SendAsync();
        await _chain.AdvanceAsync(300, 1);
        Assert.That(_bench.Desk.Problems.Single(), Does.Contain("only one of rpc_urls").And.Contain("channel-open"));
        await _bench.Desk.ReviewAsync(default).WaitAsync(Limit);
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Told }));
    }

    [Test]
    public async Task Review_OtherEndpointHasItToo_CallsItDone()
    {
        _bench.Wire.At = (at, method, _) => at.Query == "?honest" && method == "getSignatureStatuses" ? Lost() : null;
        await SendAsync();
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Told }));
        _bench.Wire.At = (_, _, _) => null;
        await _bench.Desk.ReviewAsync(default).WaitAsync(Limit);
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Done }));
    }

    [Test]
    public async Task Review_NobodyHasItAnyMore_LetsItBeSignedAnew()
    {
        Lie();
        await SendAsync();
        _bench.Wire.At = (_, _, _) => null;
        await _chain.AdvanceAsync(60, 151);
        await _bench.Desk.ReviewAsync(default).WaitAsync(Limit);
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Expired }));
    }

    // The first payment is made; who believed that it failed would make a second one.
    [Test]
    public async Task Payment_OfWhichOneEndpointSaysThatItFailed_IsNotMadeTwice()
    {
        await SendAsync();
        _bench.Wire.At = (at, method, _) => at.Query == "?liar" && method == "getSignatureStatuses"
            ? Task.FromResult(Wire.Result(Confirmed.Replace("\"err\":null", "\"err\":\"x\"", StringComparison.Ordinal))) : null;
        TransactionOrder topUp = new()
        {
            Purpose = "channel-top-up", Key = "1", What = "topping up", Mint = _key.Mint,
            Compose = _ => [ChannelInstructions.TopUp(_chain.Program, _key, Amount, 0)],
        };
        await _bench.Desk.SendAsync(topUp, default).WaitAsync(Limit);
        Assert.That((await ChannelAsync())!.Deposit, Is.EqualTo(2 * Amount));
    }

    // Approved, and in the hands of whoever must sign too: it is no left-over of an earlier run.
    [Test]
    public async Task Resume_WhileAnOrderIsBeingSigned_LeavesItAlone()
    {
        var signed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<SettledTransaction> sending = _bench.Desk.SendAsync(
            new TransactionOrder
            {
                Purpose = "remark", Key = "1", What = "a remark", Compose = _ => [Memo.Create("x")],
                CoSign = async (transaction, _) =>
                {
                    _begun.SetResult();
                    await signed.Task;
                    return transaction;
                },
            },
            default);
        await _begun.Task.WaitAsync(Limit);
        await _bench.Desk.ResumeAsync(default).WaitAsync(Limit);
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Approved }));
        signed.SetResult();
        await sending.WaitAsync(Limit);
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Done }));
    }

    [Test]
    public async Task Signing_ThatBreaksOff_IsNotTakenForUnderWay()
    {
        await Assert.ThrowsAsync<IOException>(() => _bench.Desk.SendAsync(
            new TransactionOrder
            {
                Purpose = "remark", Key = "1", What = "a remark", Compose = _ => [Memo.Create("x")],
                CoSign = (_, _) => throw new IOException("the stream broke"),
            },
            default).WaitAsync(Limit));
        Assert.That(Rows(), Is.EqualTo(new[] { TransactionState.Dropped }));
    }

    [Test]
    public async Task SilentWebSocket_AmongTheProblems_TellsNoSecretOfIt()
    {
        await _bench.ReopenAsync(o => o with { WebSocket = new Uri("ws://127.0.0.1:1/path-secret?api-key=secret") });
        await SendAsync();
        Assert.That(
            _bench.Desk.Problems.Single(), Does.Contain("ws://127.0.0.1:1 tells nothing").And.Not.Contain("secret"));
    }

    private static Task<HttpResponseMessage> Lost() => Task.FromException<HttpResponseMessage>(new HttpRequestException("lost"));

    private void Lie() => _bench.Wire.At = (at, method, _) => method switch
    {
        "sendTransaction" => Lost(),
        "getSignatureStatuses" when at.Query == "?liar" => Task.FromResult(Wire.Result(Confirmed)),
        _ => null,
    };

    private Task SendAsync() => _bench.Desk.SendAsync(_bench.OpenOrder(_key, Amount), default).WaitAsync(Limit);

    private Task<ChannelState?> ChannelAsync() => _bench.Client.ChannelAsync(_key.Derive(_chain.Program).Address, default);

    private IEnumerable<TransactionState> Rows() => _bench.Journal.Transactions.Latest(1).Select(t => t.State);
}
