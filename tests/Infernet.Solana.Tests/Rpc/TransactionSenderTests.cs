using System.Net;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Rpc;

/// <summary>A cluster that drops, repeats, lies and falls silent: a payment is made once or not at all.</summary>
public class TransactionSenderTests
{
    private const ulong LastHeight = 100;
    private const string Fine = """{"err":null,"logs":[],"unitsConsumed":5}""";
    private const string Unknown = "[null]";
    private const string Done = """[{"slot":9,"err":null,"confirmationStatus":"finalized"}]""";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Send_Lands_IsDone()
    {
        using FakeCluster cluster = Cluster(status: (c, sent) => sent > 0 ? Done : Unknown);
        SendResult result = await SendAsync(cluster, 1);
        Assert.That((result.Outcome, result.Slot), Is.EqualTo((SendOutcome.Done, 9UL)));
    }

    [Test]
    public async Task Send_WouldFail_IsNeverSent()
    {
        using FakeCluster cluster = Cluster(simulation: """{"err":{"InstructionError":[0,{"Custom":1}]},"logs":[]}""");
        SendResult result = await SendAsync(cluster, 1);
        Assert.That(result.Outcome, Is.EqualTo(SendOutcome.Refused));
        Assert.That(result.Error, Does.Contain("Custom"));
        Assert.That(cluster.Count("sendTransaction"), Is.Zero);
    }

    [Test]
    public async Task Send_Dropped_GoesOutAgainWithTheSameBytes()
    {
        using FakeCluster cluster = Cluster(status: (c, sent) => sent >= 3 ? Done : Unknown);
        Assert.That((await SendAsync(cluster, 1)).Outcome, Is.EqualTo(SendOutcome.Done));
        string[] sent = [.. cluster.Calls.Where(c => c.Method == "sendTransaction").Select(c => c.Parameters[0].GetString()!)];
        Assert.That(sent, Has.Length.GreaterThanOrEqualTo(3));
        Assert.That(sent.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Send_AnswerIsLostButItLanded_IsDone()
    {
        using FakeCluster cluster = Cluster(
            send: () => FakeCluster.Status(HttpStatusCode.BadGateway), status: (c, sent) => sent > 0 ? Done : Unknown);
        Assert.That((await SendAsync(cluster, 1)).Outcome, Is.EqualTo(SendOutcome.Done));
    }

    [Test]
    public async Task Send_ClusterRefusesTheRepetition_IsJudgedByTheBlocks()
    {
        using FakeCluster cluster = Cluster(
            send: () => FakeCluster.Error(-32002, "This transaction has already been processed"), status: (c, sent) => Done);
        Assert.That((await SendAsync(cluster, 1)).Outcome, Is.EqualTo(SendOutcome.Done));
    }

    [Test]
    public async Task Send_InABlockButFailed_SaysSo()
    {
        using FakeCluster cluster = Cluster(
            status: (c, sent) => """[{"slot":9,"err":{"InstructionError":[0,{"Custom":8}]},"confirmationStatus":"confirmed"}]""");
        SendResult result = await SendAsync(cluster, 1);
        Assert.That(result.Outcome, Is.EqualTo(SendOutcome.Failed));
        Assert.That(result.Error, Does.Contain("8"));
    }

    [Test]
    public async Task Send_OnlyProcessed_IsNotDoneYet()
    {
        int asked = 0;
        using FakeCluster cluster = Cluster(
            height: _ => LastHeight + 1,
            status: (c, sent) => ++asked < 5 ? """[{"slot":9,"err":null,"confirmationStatus":"processed"}]""" : Done);
        Assert.That((await SendAsync(cluster, 1)).Outcome, Is.EqualTo(SendOutcome.Done));
        Assert.That(asked, Is.GreaterThanOrEqualTo(5));
    }

    [Test]
    public async Task Send_NeverLands_ExpiresOnlyPastTheLastHeight()
    {
        ulong height = LastHeight - 5;
        using FakeCluster cluster = Cluster(height: _ => height++);
        Assert.That((await SendAsync(cluster, 1)).Outcome, Is.EqualTo(SendOutcome.Expired));
        Assert.That(height, Is.GreaterThan(LastHeight + 1));
    }

    [Test]
    public async Task Send_HeightIsOfFinalizedBlocks()
    {
        using FakeCluster cluster = Cluster(height: _ => LastHeight + 1);
        await SendAsync(cluster, 1);
        Assert.That(
            cluster.Calls.First(c => c.Method == "getBlockHeight").Parameters[0].GetProperty("commitment").GetString(),
            Is.EqualTo("finalized"));
    }

    [Test]
    public async Task Send_OneEndpointDeniesWhatTheOtherKnows_IsDone()
    {
        using FakeCluster cluster = Cluster(
            height: _ => LastHeight + 50, status: (c, sent) => c.Node == 0 ? Unknown : Done);
        SendResult result = await SendAsync(cluster, 2);
        Assert.That((result.Outcome, result.Agreed), Is.EqualTo((SendOutcome.Done, false)));
    }

    [Test]
    public async Task Send_OneEndpointIsSlowerToSee_IsWaitedFor()
    {
        int asked = 0;
        using FakeCluster cluster = Cluster(status: (c, sent) => c.Node == 0 || ++asked > 5 ? Done : Unknown);
        SendResult result = await SendAsync(cluster, 2);
        Assert.That((result.Outcome, result.Agreed), Is.EqualTo((SendOutcome.Done, true)));
        Assert.That(asked, Is.GreaterThan(5));
    }

    // Who believed it would pay anew, and both would be paid.
    [Test]
    public async Task Send_OneEndpointLiesThatItFailed_IsNotBelieved()
    {
        int asked = 0;
        using FakeCluster cluster = Cluster(status: (c, sent) => c.Node == 0
            ? """[{"slot":9,"err":{"InstructionError":[0,{"Custom":8}]},"confirmationStatus":"finalized"}]"""
            : ++asked > 5 ? Done : Unknown);
        Assert.That((await SendAsync(cluster, 2)).Outcome, Is.EqualTo(SendOutcome.Done));
    }

    [Test]
    public async Task Send_OneEndpointLiesThatItIsDone_IsNotAgreedUpon()
    {
        ulong height = LastHeight - 5;
        using FakeCluster cluster = Cluster(
            height: c => c.Node == 0 ? 1 : height++, status: (c, sent) => c.Node == 0 ? Done : Unknown);
        SendResult result = await SendAsync(cluster, 2);
        Assert.That((result.Outcome, result.Agreed), Is.EqualTo((SendOutcome.Done, false)));
        Assert.That(height, Is.GreaterThan(LastHeight));
    }

    [Test]
    public async Task Send_OneEndpointIsOnAnOlderChain_IsNotExpired()
    {
        ulong slow = LastHeight - 3;
        using FakeCluster cluster = Cluster(height: c => c.Node == 0 ? LastHeight + 50 : slow++);
        Assert.That((await SendAsync(cluster, 2)).Outcome, Is.EqualTo(SendOutcome.Expired));
        Assert.That(slow, Is.GreaterThan(LastHeight));
    }

    [Test]
    public void Send_OneEndpointIsSilent_IsNotExpired()
    {
        int silent = 0;
        using var stop = new CancellationTokenSource();
        using FakeCluster cluster = Cluster(
            height: _ => LastHeight + 50,
            status: (c, sent) =>
            {
                if (c.Node == 1 && ++silent == 20)
                {
                    stop.Cancel();
                }

                return c.Node == 0 ? Unknown : "{\"what\":1}";
            });
        Assert.That(
            async () => await SendAsync(cluster, 2, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(silent, Is.GreaterThanOrEqualTo(20));
    }

    [Test]
    public void Send_ClusterIsDown_FailsBeforeAnythingIsSent()
    {
        using var cluster = new FakeCluster(_ => FakeCluster.Status(HttpStatusCode.ServiceUnavailable));
        Assert.That(async () => await SendAsync(cluster, 2), Throws.TypeOf<RpcException>());
        Assert.That(cluster.Count("sendTransaction"), Is.Zero);
    }

    private static FakeCluster Cluster(
        string simulation = Fine,
        Func<HttpResponseMessage>? send = null,
        Func<FakeCluster.Call, ulong>? height = null,
        Func<FakeCluster.Call, int, string>? status = null)
    {
        int sent = 0;
        return new FakeCluster(call =>
        {
            switch (call.Method)
            {
                case "simulateTransaction":
                    return FakeCluster.Value(simulation);
                case "sendTransaction":
                    sent++;
                    return send is null ? FakeCluster.Result("\"id\"") : send();
                case "getBlockHeight":
                    return FakeCluster.Result($"{(height is null ? 1 : height(call))}");
                case "getSignatureStatuses":
                    return FakeCluster.Value(status is null ? Unknown : status(call, sent));
                default:
                    throw new InvalidOperationException(call.Method);
            }
        });
    }

    private static Task<SendResult> SendAsync(FakeCluster cluster, int endpoints, CancellationToken cancellation = default)
    {
        var key = SolanaKey.FromSeed(new byte[32]);
        var transaction = Transaction.Sign(
            Message.Compile(key.Address, default, [SystemProgram.Transfer(key.Address, key.Address, 1)]), key);
        return new TransactionSender(cluster.Client(endpoints)).SendAsync(transaction, LastHeight, cancellation)
            .WaitAsync(Limit, CancellationToken.None);
    }
}
