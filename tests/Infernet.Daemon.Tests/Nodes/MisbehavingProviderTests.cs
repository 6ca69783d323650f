using System.Buffers;
using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Nodes;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>
/// Each test has a provider that breaks one rule. The job must name it, go elsewhere with its items, and have every
/// answer once.
/// </summary>
[TestFixture]
public sealed class MisbehavingProviderTests
{
    private const int Items = 12;

    private static readonly RunOptions Impatient = new()
    {
        AnswerTimeout = TimeSpan.FromSeconds(2),
        SilenceTimeout = TimeSpan.FromSeconds(2),
        MaxItemSeconds = 0.1,
    };

    private static IEnumerable<TestCaseData> WrongReceipts()
    {
        yield return Wrong("OtherJob", (r, _) => r.JobId = ByteString.CopyFrom(new byte[16]), "another job");
        yield return Wrong("SmallerContext", (r, _) => r.Engine.ContextTokens = 16, "engine");
        yield return Wrong("OtherShard", (r, _) => r.ShardId++, "is about shard");
        yield return Wrong("OtherAttempt", (r, _) => r.Attempt++, "is about shard");
        yield return Wrong(
            "OtherProvider", (r, _) => r.Provider = NodeIdentity.Generate().Id.ToByteString(), "another provider");
        yield return Wrong("OtherAggregator", (r, _) => r.Aggregator = r.Provider, "another aggregator");
        yield return Wrong("OtherOffer", (r, _) => r.OfferHash = ByteString.CopyFrom(new byte[32]), "another offer");
        yield return Wrong("OtherModel", (r, _) => r.ModelRoot = ByteString.CopyFrom(1, 2, 3), "another model");
        yield return Wrong("NoEngine", (r, _) => r.Engine = null, "engine");
        yield return Wrong("EndBeforeStart", (r, _) => r.StartedUnixUs += 10, "before it started");
        yield return Wrong("ClockFarOff", (r, _) => (r.StartedUnixUs, r.FinishedUnixUs) = (0, 0), "clock");
        yield return Wrong("TooMuchTime", (r, _) => r.StartedUnixUs -= 60_000_000, "more time than passed");
        yield return Wrong("ItemLeftOut", (_, i) => i.Items.RemoveAt(0), "covers");
        yield return Wrong("ItemTwice", (_, i) => i.Items.Add(i.Items[0]), "twice");
        yield return Wrong("ForeignItem", (_, i) => i.Items[0].Index = 1_000_000, "was not in the shard");
        yield return Wrong(
            "WrongInputHash", (_, i) => i.Items[0].InputHash = ByteString.CopyFrom(new byte[32]), "input's hash");
        yield return Wrong(
            "WrongOutputHash", (_, i) => i.Items[0].OutputHash = ByteString.CopyFrom(new byte[32]), "output's hash");
        yield return Wrong("TokensOverstated", (_, i) => i.Items[0].CompletionTokens = 99, "are claimed");
        yield return Wrong("TooManyTokens", (_, i) => Overstate(i.Items[0]), "at most");
        yield return Wrong("NoPromptTokens", (_, i) => i.Items[0].PromptTokens = 0, "no tokens");
        yield return Wrong("OtherRoot", (r, _) => r.ItemsRoot = ByteString.CopyFrom(new byte[32]), "signed for");
        yield return Wrong("OtherNumber", (r, _) => r.ItemCount++, "are beside it");
        yield return Wrong("TokenExchanged", (_, i) => i.Items[0].TokenIds[0]++, "signed for");
        yield return Wrong("OtherSums", (r, _) => r.CompletionTokens += 1_000, "its items have");
        yield return Wrong("UnknownFinish", (_, i) => i.Items[0].FinishReason = "whatever", "finish reason");
        yield return Wrong("ErrorWithoutOne", (_, i) => i.Items[0].FinishReason = "error", "do not agree");
    }

    [TestCaseSource(nameof(WrongReceipts))]
    public Task Receipt_ThatIsWrong_IsRejectedAndItsItemsAreRedone(Action<Receipt, ReceiptItems> spoil, string reason) =>
        AssertDroppedAsync(
            async job =>
            {
                await job.AcceptAsync();
                Shard shard = (await job.ShardAsync())!;
                await job.AnswerAsync(shard);
                await job.SendReceiptAsync(shard, spoil);
                await job.StallAsync();
            },
            "receipt-rejected", reason);

    [Test]
    public Task Receipt_SignedBySomebodyElse_IsRejected() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            Shard shard = (await job.ShardAsync())!;
            await job.AnswerAsync(shard);
            await job.SendReceiptAsync(shard, signer: NodeIdentity.Generate());
            await job.StallAsync();
        },
        "receipt-rejected", "is signed by");

    [Test]
    public Task Receipt_OfGarbage_IsRejected() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            Shard shard = (await job.ShardAsync())!;
            await job.AnswerAsync(shard);
            await job.SendAsync(JobMessages.ShardDone(shard.ShardId, shard.Attempt, [1, 2, 3], new ReceiptItems()));
            await job.StallAsync();
        },
        "receipt-rejected", "signature is wrong");

    [Test]
    public Task Receipt_ForOutputsThatNeverCame_IsRejected() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            await job.SendReceiptAsync((await job.ShardAsync())!);
            await job.StallAsync();
        },
        "receipt-rejected", "its output was not sent");

    [Test]
    public Task Item_SentTwice_EndsTheConnection() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            Shard shard = (await job.ShardAsync())!;
            await job.SendItemAsync(shard, shard.Items[0].Index);
            await job.SendItemAsync(shard, shard.Items[0].Index);
            await job.StallAsync();
        },
        "provider-lost", "twice");

    [Test]
    public Task Item_NeverAskedFor_EndsTheConnection() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            await job.SendItemAsync((await job.ShardAsync())!, 1_000);
            await job.StallAsync();
        },
        "provider-lost", "was not asked for");

    [Test]
    public Task Item_OfUnknownShard_EndsTheConnection() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            await job.SendItemAsync(new Shard { ShardId = ulong.MaxValue }, 0);
            await job.StallAsync();
        },
        "provider-lost", "does not have");

    [Test]
    public Task Output_LongerThanAskedFor_EndsTheConnection() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            Shard shard = (await job.ShardAsync())!;
            await job.SendAsync(JobMessages.ItemDone(
                shard.ShardId, shard.Attempt,
                new ItemOutput { Index = shard.Items[0].Index, Text = new string('x', 1 << 20) }));
            await job.StallAsync();
        },
        "provider-lost", "longer than");

    [Test]
    public Task Offer_AnsweredWithAShard_EndsTheConnection() => AssertDroppedAsync(
        async job =>
        {
            await job.SendAsync(JobMessages.Of(new Shard()));
            await job.StallAsync();
        },
        "provider-lost", "answered the offer with Shard");

    [Test]
    public Task Message_LargerThanAllowed_EndsTheConnection() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            // The length alone is enough: nothing is read, or kept, of what would follow.
            job.Stream.Output.Write<byte>([0xff, 0xff, 0xff, 0xff, 0x0f]);
            await job.Stream.Output.FlushAsync();
            await job.StallAsync();
        },
        "provider-lost", "this protocol allows");

    [Test]
    public Task Message_ThatIsGarbage_EndsTheConnection() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            job.Stream.Output.Write<byte>([4, 0xff, 0xff, 0xff, 0xff]);
            await job.Stream.Output.FlushAsync();
            await job.StallAsync();
        },
        "provider-lost", "is not a JobMessage");

    [Test]
    public Task Provider_ThatDoesNotAnswerTheOffer_IsGivenUp() => AssertDroppedAsync(
        job => job.StallAsync(), "provider-lost", "did not answer the offer");

    [Test]
    public Task Provider_ThatFallsSilent_IsGivenUp() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            await job.StallAsync();
        },
        "provider-lost", "sent nothing for");

    [Test]
    public Task Provider_ThatClosesInTheMiddle_LosesNothing() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            Shard shard = (await job.ShardAsync())!;
            await job.SendItemAsync(shard, shard.Items[0].Index);
            await job.Link.FlushAsync(CancellationToken.None);
        },
        "provider-lost", "closed the stream");

    [Test]
    public Task Provider_ThatResetsInTheMiddle_LosesNothing() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            await job.ShardAsync();
            job.Stream.Reset();
        },
        "provider-lost", "");

    [Test]
    public Task Provider_ThatGivesAShardUp_IsHeard() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            while (await job.ShardAsync() is { } shard)
            {
                await job.SendAsync(JobMessages.ShardFailed(shard.ShardId, shard.Attempt, "my engine broke"));
            }
        },
        "shard-failed", "my engine broke");

    [Test]
    public Task Provider_ThatDeclines_IsHeard() => AssertDroppedAsync(
        async job =>
        {
            await job.Link.ReadAsync(CancellationToken.None);
            await job.SendAsync(JobMessages.Decline(Decline.Types.Reason.Busy, "come back tomorrow"));
            await job.Link.FlushAsync(CancellationToken.None);
        },
        "provider-declined", "come back tomorrow");

    [Test]
    public Task Credit_WhereNothingIsPaid_IsNoMessage() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync();
            await job.ShardAsync();
            await job.SendAsync(JobMessages.CreditRaised(1_000_000));
            await job.StallAsync();
        },
        "provider-lost", "sent CreditRaised");

    [Test]
    public Task Context_SmallerThanAdvertised_IsNoReasonForShortAnswers() => AssertDroppedAsync(
        async job =>
        {
            await job.AcceptAsync(contextTokens: 16);
            await job.StallAsync();
        },
        "provider-declined", "a context of 16 tokens, and it advertises 1024");

    private static TestCaseData Wrong(string name, Action<Receipt, ReceiptItems> spoil, string reason) =>
        new TestCaseData(spoil, reason).SetArgDisplayNames(name);

    private static void Overstate(ItemReceipt item)
    {
        item.TokenIds.AddRange(Enumerable.Repeat(1u, 1_000));
        item.CompletionTokens = (uint)item.TokenIds.Count;
    }

    private static async Task AssertDroppedAsync(Func<ScriptedJob, Task> script, string type, string reason)
    {
        await using var nodes = new TestNodes();
        Node node = await nodes.StartAsync("aggregator", o => o with { Running = Impatient });
        await using ScriptedProvider rogue = await ScriptedProvider.StartAsync(script);
        await node.Peers.ConnectAsync(rogue.Address, CancellationToken.None);
        JobSpecification specification = TestNodes.Job(Items, ScriptedProvider.Model.ToString());
        JobStatus job = await node.Jobs.SubmitAsync(
            specification with { Sharding = new ShardingSpecification { ShardSize = 4, MaxAttempts = 10 } },
            CancellationToken.None);
        JobEvent happened = await TestNodes.EventAsync(node, job.Id, e => e.Type == type);
        Assert.That(happened.Message, Does.Contain(reason));
        Assert.That(happened.PeerId, Is.EqualTo(rogue.Id.ToString()));

        await using ScriptedProvider honest = await ScriptedProvider.StartAsync(j => j.ServeAsync());
        await node.Peers.ConnectAsync(honest.Address, CancellationToken.None);
        IReadOnlyList<JobResult> results = await TestNodes.ResultsAsync(node, job.Id);

        Assert.That(results.Select(r => r.Output), Is.EqualTo(Enumerable.Range(0, Items).Select(i => $"answer {i}")));
        Assert.That(results.Select(r => r.Provider), Is.All.EqualTo(honest.Id.ToString()));
    }
}
