using System.Net;
using System.Text;
using Infernet.Solana.Keys;
using Infernet.Solana.Rpc;

namespace Infernet.Solana.Tests.Rpc;

public class SolanaRpcTests
{
    [Test]
    public async Task Call_FirstEndpointDown_AsksTheNext()
    {
        using var cluster = new FakeCluster(c => c.Node == 0 ? throw new HttpRequestException("refused") : FakeCluster.Result("7"));
        Assert.That(await cluster.Client(2).GetSlotAsync(default), Is.EqualTo(7));
    }

    [Test]
    public async Task Call_RateLimited_AsksAgainLater()
    {
        int asked = 0;
        using var cluster = new FakeCluster(
            _ => ++asked < 4 ? FakeCluster.Status(HttpStatusCode.TooManyRequests) : FakeCluster.Result("7"));
        Assert.That(await cluster.Client(1).GetSlotAsync(default), Is.EqualTo(7));
        Assert.That(asked, Is.EqualTo(4));
    }

    [Test]
    public async Task Call_NodeIsBehind_AsksTheNext()
    {
        using var cluster = new FakeCluster(
            c => c.Node == 0 ? FakeCluster.Error(-32005, "Node is behind") : FakeCluster.Result("7"));
        Assert.That(await cluster.Client(2).GetSlotAsync(default), Is.EqualTo(7));
    }

    [TestCase(-32603)]
    [TestCase(-32601)]
    [TestCase(-32010)]
    [TestCase(-32429)]
    public async Task Call_EndpointCanNot_AsksTheNext(int code)
    {
        using var cluster = new FakeCluster(
            c => c.Node == 0 ? FakeCluster.Error(code, "not here") : FakeCluster.Result("7"));
        Assert.That(await cluster.Client(2).GetSlotAsync(default), Is.EqualTo(7));
    }

    [Test]
    public async Task Call_MoreEndpointsThanAttempts_EachIsAsked()
    {
        using var cluster = new FakeCluster(
            c => c.Node < 4 ? FakeCluster.Status(HttpStatusCode.BadGateway) : FakeCluster.Result("7"));
        SolanaRpc rpc = cluster.Client(5, new RpcOptions { Endpoints = [], MaxAttempts = 3 });
        Assert.That(await rpc.GetSlotAsync(default), Is.EqualTo(7));
    }

    [TestCase("nonsense")]
    [TestCase("{\"result\":\"seven\"}")]
    [TestCase("{\"result\":[{}]}")]
    public async Task Call_FirstEndpointTalksNonsense_AsksTheNext(string body)
    {
        using var cluster = new FakeCluster(c => c.Node == 0 ? FakeCluster.Raw(body) : FakeCluster.Result("7"));
        Assert.That(await cluster.Client(2).GetSlotAsync(default), Is.EqualTo(7));
    }

    [Test]
    public async Task Call_AskedToWait_LeavesTheEndpointAlone()
    {
        using var cluster = new FakeCluster(_ =>
        {
            HttpResponseMessage limited = FakeCluster.Status(HttpStatusCode.TooManyRequests);
            limited.Headers.RetryAfter = new(TimeSpan.FromHours(1));
            return limited;
        });
        var rpc = new SolanaRpc(
            new HttpClient(cluster, disposeHandler: false),
            new RpcOptions { Endpoints = [new Uri("http://node0.test/")], MaxAttempts = 1, MaxBackoff = TimeSpan.FromHours(1) },
            TimeProvider.System, new Random(1));
        for (int i = 0; i < 3; i++)
        {
            RpcException limited = await FailsAsync(rpc);
            Assert.That(limited.Problem, Is.EqualTo(RpcProblem.RateLimited));
        }

        Assert.That(
            async () => await rpc.GetFinalizedHeightAsync(0, default),
            Throws.TypeOf<RpcException>().With.Message.Contains("left alone"));
        Assert.That(cluster.Calls, Has.Count.EqualTo(1));
    }

    // JSON may write half of a surrogate pair, which is no text.
    [TestCase("{\"error\":{\"code\":-1,\"message\":\"\\ud800\"}}")]
    [TestCase("{\"error\":\"\\udc00\"}")]
    [TestCase("{\"\\ud800\\ud800\":1,\"result\":7,\"\\ud800\":2}")]
    [TestCase("{\"result\":\"\\ud800\"}")]
    public async Task Call_AnswerWithHalfACharacter_IsAnRpcError(string body)
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Raw(body));
        RpcException failed = await FailsAsync(cluster.Client(1, new RpcOptions { Endpoints = [], MaxAttempts = 1 }));
        Assert.That(failed.Problem, Is.AnyOf(RpcProblem.BadAnswer, RpcProblem.Refused));
    }

    [Test]
    public async Task Call_ClusterSaysNo_IsNotAskedAgain()
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Error(-32602, "Invalid param"));
        RpcException refused = await FailsAsync(cluster.Client(3));
        Assert.That((refused.Problem, refused.Code), Is.EqualTo((RpcProblem.Refused, (int?)-32602)));
        Assert.That(refused.Message, Does.Contain("getSlot").And.Contain("node0").And.Contain("Invalid param"));
        Assert.That(cluster.Calls, Has.Count.EqualTo(1));
    }

    [TestCase("""{"error":{"code":"none","message":7}}""")]
    [TestCase("""{"error":{"code":{},"message":null}}""")]
    [TestCase("""{"error":{"code":1e99}}""")]
    [TestCase("""{"error":"no"}""")]
    public async Task Call_RefusalOfAnotherShape_IsARefusalAllTheSame(string body)
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Raw(body));
        RpcException refused = await FailsAsync(cluster.Client(1));
        Assert.That((refused.Problem, refused.Code), Is.EqualTo((RpcProblem.Refused, (int?)null)));
    }

    [Test]
    public async Task Call_RefusalThatIsLong_IsCutShort()
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Error(-1, new string('x', 100_000)));
        Assert.That((await FailsAsync(cluster.Client(1))).Message, Has.Length.LessThan(400));
    }

    // Errors are shown to others; hosted endpoints have their key in the path, the query or the user.
    [TestCase("dead")]
    [TestCase("status")]
    [TestCase("error")]
    [TestCase("nonsense")]
    public async Task Call_ThatFails_TellsNoSecretOfTheEndpoint(string how)
    {
        using var cluster = new FakeCluster(_ => how switch
        {
            "dead" => throw new HttpRequestException("refused"),
            "status" => FakeCluster.Status(HttpStatusCode.BadGateway),
            "error" => FakeCluster.Error(-1, "no"),
            _ => FakeCluster.Raw("nonsense"),
        });
        var rpc = new SolanaRpc(
            new HttpClient(cluster, disposeHandler: false),
            new RpcOptions
            {
                Endpoints = [new Uri("https://user-secret:secret@node0/path-secret?api-key=secret")], MaxAttempts = 1,
            },
            TimeProvider.System, new Random(1));
        RpcException failed = await FailsAsync(rpc);
        Assert.That(failed.Message, Does.Contain("https://node0").And.Not.Contain("secret"));
    }

    [TestCase(HttpStatusCode.TooManyRequests, RpcProblem.RateLimited)]
    [TestCase(HttpStatusCode.BadGateway, RpcProblem.Unreachable)]
    public async Task Call_NobodyAnswers_GivesUpAndSaysWhy(HttpStatusCode status, RpcProblem problem)
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Status(status));
        Assert.That((await FailsAsync(cluster.Client(2))).Problem, Is.EqualTo(problem));
        Assert.That(cluster.Calls, Has.Count.EqualTo(5));
    }

    [Test]
    public async Task Call_Hangs_TimesOut()
    {
        using var never = new HangingHandler();
        var rpc = new SolanaRpc(
            new HttpClient(never),
            new RpcOptions
            {
                Endpoints = [new Uri("http://node.test/")],
                Timeout = TimeSpan.FromMilliseconds(5),
                FirstBackoff = TimeSpan.FromMilliseconds(1),
            },
            TimeProvider.System,
            new Random(1));
        Assert.That((await FailsAsync(rpc)).Message, Does.Contain("no answer within"));
    }

    // Who asked it first each time would wait for it each time.
    [Test]
    public async Task Call_FirstEndpointHangs_IsWaitedForOnce_AndAskedAgainLater()
    {
        using var hanging = new HangingFirst();
        var clock = new SteppingTime();
        var rpc = new SolanaRpc(
            new HttpClient(hanging),
            new RpcOptions
            {
                Endpoints = [new Uri("http://hanging.test/"), new Uri("http://good.test/")], RequestsPerSecond = 100_000,
                Timeout = TimeSpan.FromMilliseconds(20), LongestSilence = TimeSpan.FromMinutes(2),
            },
            clock, new Random(1));
        for (int i = 0; i < 20; i++)
        {
            Assert.That(await rpc.GetSlotAsync(default), Is.EqualTo(7));
        }

        Assert.That(hanging.Asked, Is.EqualTo(1));
        clock.Ahead = TimeSpan.FromMinutes(5);
        Assert.That(await rpc.GetSlotAsync(default), Is.EqualTo(7));
        Assert.That(hanging.Asked, Is.EqualTo(2));
    }

    [TestCase("nonsense")]
    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("3")]
    [TestCase("""{"result":"seven"}""")]
    [TestCase("""{"result":-1}""")]
    [TestCase("""{"result":{"value":{}}}""")]
    public async Task Call_AnswerOfAnotherShape_SaysSo(string body)
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Raw(body));
        Assert.That((await FailsAsync(cluster.Client(1))).Problem, Is.EqualTo(RpcProblem.BadAnswer));
    }

    [Test]
    public async Task Call_AnswerTooLong_IsNotRead()
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Result(new string('7', 5000)));
        SolanaRpc rpc = cluster.Client(1, new RpcOptions { Endpoints = [], MaxResponseBytes = 2000 });
        Assert.That((await FailsAsync(rpc)).Message, Does.Contain("2000 bytes"));
    }

    [Test]
    public void Options_WrongWebSocket_TellsNoSecretOfIt()
    {
        var options = new RpcOptions
        {
            Endpoints = [new Uri("http://node0.test/")], WebSocket = new Uri("http://node0.test/?api-key=secret"),
        };
        Assert.That(
            () => new SolanaRpc(new HttpClient(), options, TimeProvider.System, new Random(1)),
            Throws.ArgumentException.With.Message.Contains("node0.test").And.Message.Not.Contain("secret"));
    }

    [Test]
    public async Task Call_AnyBytes_GiveAValueOrAnRpcError()
    {
        var random = new Random(5);
        const string Half = "\\ud800";
        const string Valid = """{"jsonrpc":"2.0","result":{"context":{},"value":{"owner":"11111111111111111111111111111111","lamports":5,"data":["AA==","base64"]}}}""";
        using var cluster = new FakeCluster(_ =>
        {
            byte[] bytes = Encoding.ASCII.GetBytes(Valid);
            for (int i = random.Next(4); i >= 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(32, 127);
            }

            if (random.Next(4) == 0)
            {
                Encoding.ASCII.GetBytes(Half).CopyTo(bytes, random.Next(bytes.Length - Half.Length));
            }

            return FakeCluster.Raw(Encoding.ASCII.GetString(bytes[..random.Next(bytes.Length + 1)]));
        });
        SolanaRpc rpc = cluster.Client(1, new RpcOptions { Endpoints = [], MaxAttempts = 1 });
        for (int i = 0; i < 3000; i++)
        {
            try
            {
                await rpc.GetAccountAsync(default, default);
            }
            catch (RpcException)
            {
                // It said what was wrong with the answer.
            }
        }
    }

    [Test]
    public async Task PriorityFees_OfAccounts_AreReadOldestFirst()
    {
        using var cluster = new FakeCluster(
            _ => FakeCluster.Result("""[{"slot":8,"prioritizationFee":500},{"slot":7,"prioritizationFee":0}]"""));
        IReadOnlyList<PriorityFee> fees = await cluster.Client(1).GetRecentPriorityFeesAsync([default], default);
        Assert.That(fees, Is.EqualTo(new PriorityFee[] { new(7, 0), new(8, 500) }));
        Assert.That(
            cluster.Calls.Single().Parameters.GetRawText(), Is.EqualTo("""[["11111111111111111111111111111111"]]"""));
    }

    [TestCase("""{"slot":7}""")]
    [TestCase("""[{"slot":7}]""")]
    [TestCase("""[{"slot":7,"prioritizationFee":-1}]""")]
    [TestCase("[7]")]
    [TestCase("null")]
    public async Task PriorityFees_AnswerOfAnotherShape_SaysSo(string result)
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Result(result));
        RpcException bad = (await Assert.ThrowsAsync<RpcException>(
            () => cluster.Client(1).GetRecentPriorityFeesAsync([], default)))!;
        Assert.That(bad.Problem, Is.EqualTo(RpcProblem.BadAnswer));
    }

    [Test]
    public void PriorityFees_MoreAccountsThanTheClusterTakes_AreRefused()
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Result("[]"));
        Assert.That(
            () => cluster.Client(1).GetRecentPriorityFeesAsync(new Address[129], default),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(cluster.Calls, Is.Empty);
    }

    [TestCase("ftp://node.test/")]
    [TestCase(null)]
    public void Options_WithoutAnEndpoint_AreRefused(string? endpoint) => Assert.That(
        () => new SolanaRpc(
            new HttpClient(), new RpcOptions { Endpoints = endpoint is null ? [] : [new Uri(endpoint)] },
            TimeProvider.System, new Random(1)),
        Throws.ArgumentException);

    private static async Task<RpcException> FailsAsync(SolanaRpc rpc) =>
        (await Assert.ThrowsAsync<RpcException>(() => rpc.GetSlotAsync(default)))!;

    private sealed class HangingHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("It never ends of itself.");
        }
    }

    private sealed class HangingFirst : HttpMessageHandler
    {
        public int Asked { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Host == "hanging.test")
            {
                Asked++;
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return FakeCluster.Result("7");
        }
    }

    // Timers run as usual; what was measured stands still but for the steps.
    private sealed class SteppingTime : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ahead.Ticks;
    }
}
