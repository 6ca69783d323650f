using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;
using JobKind = Infernet.Core.Jobs.JobKind;

namespace Infernet.Daemon.Tests.Journal;

[TestFixture]
public sealed class NodeJournalTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    private string _folder = "";
    private NodeJournal _journal = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("infernet-journal-").FullName;
        _journal = Open();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _journal.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Job_ThatWasAdded_IsReadBackAsItWas()
    {
        JobRecord added = await AddAsync(3, Specification() with
        {
            Deadline = TimeSpan.FromMinutes(3),
            TokenBudget = 1_000,
            Sampling = new SamplingSpecification { Temperature = 0.5f, Stop = ["x"], Seed = ulong.MaxValue },
            Requirements = new RequirementsSpecification { ContextLength = 10 },
        });
        await ReopenAsync();

        JobRecord read = _journal.Jobs.Find(added.Name).Single();

        Assert.That(read.Id, Is.EqualTo(added.Id));
        Assert.That(read.CreatedAt, Is.EqualTo(Now));
        Assert.That(read.Deadline, Is.EqualTo(Now + TimeSpan.FromMinutes(3)));
        Assert.That(read.Specification.TokenBudget, Is.EqualTo(1_000));
        Assert.That(read.Specification.Sampling.Seed, Is.EqualTo(ulong.MaxValue));
        Assert.That(read.Specification.Inputs, Is.Empty);
        Assert.That(_journal.Jobs.Inputs(read.Row, [2, 0]).Select(i => i.Index), Is.EqualTo(new[] { 2UL, 0UL }));
        Assert.That(_journal.Jobs.InputSizes(read.Row), Has.Length.EqualTo(3).And.All.GreaterThan(0));
    }

    [Test]
    public async Task Output_WrittenTwice_StaysAsItWasFirst()
    {
        JobRecord job = await AddAsync(2);
        await AddOutputAsync(job, 0, "first", attempt: 1);
        await AddOutputAsync(job, 0, "second", attempt: 2);

        Assert.That(_journal.Outputs.List(job.Row, 0, 10).Single().Output, Is.EqualTo("first"));
        Assert.That(_journal.Outputs.Totals(job.Row).Done, Is.EqualTo(1));
    }

    [Test]
    public async Task Outputs_AreReadInTheOrderOfTheInputs()
    {
        JobRecord job = await AddAsync(3);
        await AddOutputAsync(job, 2, "c", attempt: 1);
        await AddOutputAsync(job, 0, "a", attempt: 2);

        Assert.That(_journal.Outputs.List(job.Row, 0, 10).Select(o => o.Output), Is.EqualTo(new[] { "a", "c" }));
        Assert.That(_journal.Outputs.List(job.Row, 1, 10).Select(o => o.Name), Is.EqualTo(new[] { "name 2" }));
        Assert.That(_journal.Outputs.DoneIndices(job.Row), Is.EqualTo(new[] { 0, 2 }));
    }

    [Test]
    public async Task Embedding_IsReadBackBitByBit()
    {
        JobRecord job = await AddAsync(1);
        float[] numbers = [1.5f, float.Epsilon, -0f];
        await _journal.Outputs.AddShardAsync(
            job.Row, [Output(0, null) with { Embedding = numbers }], Receipt(), Attempt(1), null, asVotes: false,
            CancellationToken.None);

        Assert.That(_journal.Outputs.List(job.Row, 0, 10).Single().Embedding, Is.EqualTo(numbers));
    }

    [Test]
    public async Task Job_ThatEnded_IsNotAmongTheUnfinished()
    {
        JobRecord running = await AddAsync(1);
        JobRecord ended = await AddAsync(1);
        JobStatus status = new JobBook(ended, _journal).Status(Now, null) with { State = JobState.Failed };
        await _journal.Jobs.FinishAsync(ended.Row, status, Now, CancellationToken.None);

        Assert.That(_journal.Jobs.Unfinished().Select(j => j.Row), Is.EqualTo(new[] { running.Row }));
        Assert.That(_journal.Jobs.Find(ended.Name).Single().Status!.State, Is.EqualTo(JobState.Failed));
    }

    [Test]
    public async Task Runs_AreCountedSoThatShardsOfTwoRunsDiffer()
    {
        JobRecord job = await AddAsync(1);
        int second = await _journal.Jobs.BeginRunAsync(job.Row, null, CancellationToken.None);

        Assert.That(second, Is.EqualTo(job.Runs + 1));
        Assert.That(
            RunPlan.FirstShardOf(job with { Runs = second }) - RunPlan.FirstShardOf(job), Is.EqualTo(1L << 32));
    }

    [Test]
    public async Task Events_AreReadAfterASequence()
    {
        JobRecord job = await AddAsync(1);
        for (int i = 1; i <= 3; i++)
        {
            await _journal.Events.AddAsync(
                job.Row, [new JobEvent { Sequence = i, At = Now, Type = "state", Message = $"{i}" }],
                CancellationToken.None);
        }

        Assert.That(
            _journal.Events.After(job.Row, 1, 1, 10).Select(e => e.Message), Is.EqualTo(new[] { "2", "3" }));
        Assert.That(_journal.Events.LastSequence(job.Row), Is.EqualTo(3));
    }

    [Test]
    public async Task Peers_AreReadTheLastSeenFirst()
    {
        PeerId old = NodeIdentity.Generate().Id;
        PeerId recent = NodeIdentity.Generate().Id;
        Multiaddr address = Multiaddr.Parse("/ip4/127.0.0.1/tcp/1");
        await _journal.Peers.SawAsync(old, [address], Now, CancellationToken.None);
        await _journal.Peers.SawAsync(recent, [address], Now.AddSeconds(1), CancellationToken.None);

        Assert.That(_journal.Peers.Latest(10).Select(p => p.Peer), Is.EqualTo(new[] { recent, old }));
        Assert.That(_journal.Peers.Latest(1).Single().Addresses, Is.EqualTo(new[] { address }));
    }

    private NodeJournal Open() =>
        NodeJournal.Open(new JournalOptions { Path = Path.Combine(_folder, "infernet.db") });

    private async Task ReopenAsync()
    {
        await _journal.DisposeAsync();
        _journal = Open();
    }

    [Test]
    public async Task Offer_ThatWasJournaled_KeepsItsSecretAndRate()
    {
        JobRecord job = await AddAsync(1);
        var offer = new OfferRecord { Hash = [1], Provider = "p", Offer = [2], Secret = [3], RatePpm = uint.MaxValue };
        await _journal.Offers.AddAsync(job.Row, offer, default);
        await ReopenAsync();

        OfferRecord read = _journal.Offers.Find(job.Row, [1])!;

        Assert.That(read.Provider, Is.EqualTo("p"));
        Assert.That(read.Offer, Is.EqualTo(new byte[] { 2 }));
        Assert.That(read.Secret, Is.EqualTo(new byte[] { 3 }));
        Assert.That(read.RatePpm, Is.EqualTo(uint.MaxValue));
        Assert.That(_journal.Offers.Find(job.Row, [9]), Is.Null);
    }

    private static JobSpecification Specification() => new()
    {
        Kind = JobKind.Completion, Model = "pocket", Inputs = [new JobInput { Prompt = "one" }],
    };

    private Task<JobRecord> AddAsync(int total, JobSpecification? specification = null) => _journal.Jobs.AddAsync(
        new JobRecord
        {
            Row = 0,
            Id = Guid.NewGuid().ToByteArray(),
            CreatedAt = Now,
            StartedAt = Now,
            State = JobState.Matching,
            Specification = specification ?? Specification(),
            Total = total,
            Runs = 1,
        },
        [.. Enumerable.Range(0, total).Select(i => $"name {i}")],
        [.. Enumerable.Range(0, total).Select(i => new Item { Index = (ulong)i, Prompt = "one" })],
        new JobInput { Prompt = "one" },
        CancellationToken.None);

    private Task AddOutputAsync(JobRecord job, int index, string text, int attempt) => _journal.Outputs.AddShardAsync(
        job.Row, [Output(index, text)], Receipt(), Attempt(attempt), null, asVotes: false,
        CancellationToken.None);

    private static OutputRecord Output(int index, string? text) => new()
    {
        Index = index, Output = text, FinishReason = "stop", PromptTokens = 1, CompletionTokens = 1, Provider = "p",
        Receipt = new byte[32],
    };

    private static ReceiptRecord Receipt() => new()
    {
        Hash = Guid.NewGuid().ToByteArray(), Shard = 0, Provider = "p", Items = 1, CompletionTokens = 1,
        StartedUnixUs = 1, FinishedUnixUs = 2, Engine = "e", Envelope = [1], Lines = [2],
    };

    private static AttemptRecord Attempt(int attempt) => new()
    {
        Shard = 0, Attempt = attempt, Provider = "p", Items = 1, Outcome = AttemptRecord.Done, EndedAt = Now,
    };
}
