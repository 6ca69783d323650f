using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Jobs.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Jobs.Providing;

/// <summary>The provider's side over real pipes, with an engine whose answers the test lets out.</summary>
[TestFixture]
public sealed class ProviderServiceTests
{
    private static readonly Cid Model = Cid.OfRaw("model"u8);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly NodeIdentity _identity = NodeIdentity.Generate();
    private TaskCompletionSource _release = null!;
    private TaskCompletionSource _cancelled = null!;
    private TaskCompletionSource _begun = null!;
    private uint _staked;
    private ProviderService _service = null!;
    private JobLink _link = null!;
    private Task<bool> _serving = null!;

    [SetUp]
    public void SetUp()
    {
        (_release, _cancelled, _begun, _staked) = (new(), new(), new(), 0);
        _service = new ProviderService(
            _identity, root => root == Model ? new ServedEngine(root, new EngineDescription(), 4, AnswerAsync) : null,
            new ProviderLimits { MaxSessions = 2, MaxStakedSessions = 4 }, TimeProvider.System, NullLogger.Instance)
        {
            StakedJobs = () => _staked,
        };
        (_link, _serving) = Connect();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _service.DisposeAsync();
        await _link.DisposeAsync();
    }

    [Test]
    public async Task Shard_BringsEachItemAndAReceiptThatHolds()
    {
        _release.SetResult();
        await OfferAsync(_link);
        Shard shard = Shard(3);
        await SendAsync(JobMessages.Of(shard));

        (List<ItemOutput> outputs, JobMessage end) = await UntilEndAsync();

        Assert.That(outputs.Select(o => o.Text).Order(), Is.EqualTo(new[] { "answer 0", "answer 1", "answer 2" }));
        Assert.That(Problem(shard, outputs, end, complete: true), Is.Null);
    }

    [Test]
    public async Task Cancel_InTheMiddle_BringsAReceiptOverWhatIsFinished()
    {
        await OfferAsync(_link);
        Shard shard = Shard(2);
        shard.Items[1].Prompt = "wait";
        await SendAsync(JobMessages.Of(shard));
        ItemOutput first = (await ReadAsync())!.ItemDone.Output;
        await SendAsync(JobMessages.CancelShard(shard.ShardId));

        (List<ItemOutput> outputs, JobMessage end) = await UntilEndAsync();

        Assert.That(outputs, Is.Empty);
        Assert.That(Problem(shard, [first], end, complete: false), Is.Null);
        Assert.That(Problem(shard, [first], end, complete: true), Does.Contain("covers 1 of 2"));
    }

    [Test]
    public async Task Stop_HandsOverReceiptsForWhatIsFinished()
    {
        await OfferAsync(_link);
        Shard shard = Shard(2);
        shard.Items[1].Prompt = "wait";
        await SendAsync(JobMessages.Of(shard));
        ItemOutput first = (await ReadAsync())!.ItemDone.Output;
        Task stopping = _service.DisposeAsync().AsTask();

        (_, JobMessage end) = await UntilEndAsync();

        Assert.That(Problem(shard, [first], end, complete: false), Is.Null);
        await stopping.WaitAsync(Patience);
    }

    [Test]
    public async Task Aggregator_ThatLeaves_EndsTheWork()
    {
        await OfferAsync(_link);
        Shard shard = Shard(1);
        shard.Items[0].Prompt = "wait";
        await SendAsync(JobMessages.Of(shard));
        await _begun.Task.WaitAsync(Patience);
        await _link.DisposeAsync();

        await _cancelled.Task.WaitAsync(Patience);
        await _serving.WaitAsync(Patience);
    }

    [Test]
    public async Task Aggregator_ThatBreaksTheProtocol_IsHungUpOn()
    {
        await SendAsync(JobMessages.Of(Shard(1)));

        Assert.That(await _serving.WaitAsync(Patience), Is.False);
    }

    // Two without a stake; a stake never brings less, however small its tier, and no more than memory allows.
    [TestCase(0u, 2)]
    [TestCase(1u, 2)]
    [TestCase(3u, 3)]
    [TestCase(uint.MaxValue, 4)]
    public async Task Aggregators_BeyondTheLimit_AreDeclined(uint staked, int places)
    {
        _staked = staked;
        await OfferAsync(_link);
        var links = new List<JobLink>();
        for (int taken = 1; taken < places; taken++)
        {
            links.Add(Connect().Link);
            await OfferAsync(links[^1]);
        }

        links.Add(Connect().Link);
        JobMessage? answer = await links[^1].ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience);

        Assert.That(answer!.Decline.Reason, Is.EqualTo(Decline.Types.Reason.Busy));
        Assert.That(answer.Decline.Message, Does.Contain($"works on {places} jobs already"));
        foreach (JobLink link in links)
        {
            await link.DisposeAsync();
        }
    }

    private (JobLink Link, Task<bool> Serving) Connect()
    {
        (JobLink mine, JobLink its) = JobLink.Loopback(_identity.Id);
        return (mine, ServeAsync(its));
    }

    private async Task<bool> ServeAsync(JobLink link)
    {
        await using (link)
        {
            return await _service.ServeAsync(link, CancellationToken.None);
        }
    }

    private async Task<ItemAnswer> AnswerAsync(Item item, Sampling sampling, CancellationToken cancellationToken)
    {
        if (item.Prompt == "wait")
        {
            _begun.TrySetResult();
            try
            {
                await _release.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                _cancelled.TrySetResult();
                throw;
            }
        }

        return new ItemAnswer(
            new ItemOutput { Index = item.Index, Text = $"answer {item.Index}" }, [7], 1, FinishReason.Stop);
    }

    private static Offer Offer() => new()
    {
        JobId = ByteString.CopyFrom(new byte[16]),
        Kind = JobKind.Completion,
        ModelRoot = ByteString.CopyFrom(Model.ToBytes()),
        Sampling = new Sampling { TopP = 1, MaxTokens = 16 },
        TotalItems = 100,
        SecretCommitment = ByteString.CopyFrom(new byte[32]),
    };

    private static async Task OfferAsync(JobLink link)
    {
        await link.SendAsync(JobMessages.Of(Offer()), CancellationToken.None);
        JobMessage? answer = await link.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience);
        Assert.That(answer!.BodyCase, Is.EqualTo(JobMessage.BodyOneofCase.Accept));
    }

    private static Shard Shard(int items)
    {
        var shard = new Shard { ShardId = 5, Attempt = 1 };
        shard.Items.AddRange(Enumerable.Range(0, items).Select(i => new Item { Index = (ulong)i, Prompt = $"{i}" }));
        return shard;
    }

    private Task SendAsync(JobMessage message) => _link.SendAsync(message, CancellationToken.None).AsTask();

    private Task<JobMessage?> ReadAsync() => _link.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience);

    private async Task<(List<ItemOutput> Outputs, JobMessage End)> UntilEndAsync()
    {
        var outputs = new List<ItemOutput>();
        while (await ReadAsync() is { } message)
        {
            if (message.BodyCase != JobMessage.BodyOneofCase.ItemDone)
            {
                return (outputs, message);
            }

            outputs.Add(message.ItemDone.Output);
        }

        throw new AssertionException("The provider hung up.");
    }

    private string? Problem(Shard shard, List<ItemOutput> outputs, JobMessage end, bool complete)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return ReceiptCheck.FindProblem(
            end.ShardDone.ReceiptEnvelope.Span,
            end.ShardDone.Items,
            new ReceiptExpectation
            {
                JobId = new byte[16],
                ShardId = shard.ShardId,
                Attempt = shard.Attempt,
                Provider = _identity.Id,
                Aggregator = _identity.Id,
                OfferHash = ReceiptEnvelope.HashOf(Offer()),
                ModelRoot = Model.ToBytes(),
                MaxTokens = 16,
                Items = shard.Items.ToDictionary(
                    i => i.Index, i => new ExpectedItem(ItemHash.Of(i), outputs.Find(o => o.Index == i.Index))),
                Complete = complete,
                SentAt = now.AddMinutes(-1),
                ReceivedAt = now,
            },
            out _);
    }
}
