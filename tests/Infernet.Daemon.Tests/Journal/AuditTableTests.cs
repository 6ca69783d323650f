using Infernet.Core.Jobs;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Tests.Journal;

[TestFixture]
public sealed class AuditTableTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    private string _folder = "";
    private NodeJournal _journal = null!;
    private long _job;

    [SetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("infernet-audits-").FullName;
        _journal = NodeJournal.Open(new JournalOptions { Path = Path.Combine(_folder, "test.db") });
        JobRecord job = await _journal.Jobs.AddAsync(
            new JobRecord
            {
                Row = 0, Id = new byte[16], CreatedAt = Now, StartedAt = Now, State = JobState.Matching,
                Specification = new JobSpecification { Model = "m", Inputs = [] }, Total = 8, Runs = 1,
            },
            new string?[8],
            [.. Enumerable.Range(0, 8).Select(i => new Item { Index = (ulong)i, Prompt = "p" })],
            new JobInput { Prompt = "p" },
            CancellationToken.None);
        _job = job.Row;
    }

    [TearDown]
    public async Task TearDown()
    {
        await _journal.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Audit_IsReadBackAsItWasOpened()
    {
        await DeliverAsync(1, "a", [0, 1], audited: true);

        AuditRecord read = _journal.Audits.List(_job).Single();
        Assert.That(read.Receipt, Is.EqualTo(new byte[] { 1 }));
        Assert.That(read.Places, Is.EqualTo(new[] { 1, 0 }));
        Assert.That(read.Request, Is.EqualTo(new byte[] { 7 }));
        Assert.That((read.State, read.Provider, read.Discretionary), Is.EqualTo((AuditState.Pending, "a", true)));
        Assert.That(read.OpenedAt, Is.EqualTo(Now));
        Assert.That(_journal.Audits.Find(_job, [1])!.Shard, Is.EqualTo(1));
        Assert.That(_journal.Audits.Find(_job, [2]), Is.Null);
    }

    [Test]
    public async Task Rejection_TakesTheAnswersOfItsReceiptOutOfTheResult()
    {
        await DeliverAsync(1, "a", [0, 1], audited: true);
        await DeliverAsync(2, "a", [2], audited: false);

        IReadOnlyList<RemovedOutput> removed = await RuleAsync(1, "a", AuditState.Rejected, convicted: false);

        Assert.That(removed.Select(r => r.Item), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(removed.Select(r => r.CompletionTokens), Is.All.EqualTo(5));
        Assert.That(_journal.Outputs.DoneIndices(_job), Is.EqualTo(new[] { 2 }));
        Assert.That(_journal.Audits.Rejections(_job, 10), Is.EqualTo(new[] { (0, "a", "why"), (1, "a", "why") }));
        Assert.That(_journal.Audits.Verdicts(_job, [1]).Single().Auditor, Is.EqualTo("judge"));
        Assert.That(_journal.Audits.Marks(_job, [[1]])["01"].Auditors, Is.EqualTo(new[] { "judge" }));
    }

    [Test]
    public async Task Answer_ThatWasRejected_MayBeGivenAnew()
    {
        await DeliverAsync(1, "a", [0], audited: true);
        await RuleAsync(1, "a", AuditState.Rejected, convicted: false);
        await DeliverAsync(2, "b", [0], audited: false);

        Assert.That(_journal.Outputs.List(_job, 0, 10).Single().Provider, Is.EqualTo("b"));
    }

    [TestCase(AuditState.Verified)]
    [TestCase(AuditState.Disputed)]
    [TestCase(AuditState.Unaudited)]
    public async Task Answers_ThatWereNotRejected_Stay(string state)
    {
        await DeliverAsync(1, "a", [0, 1], audited: true);

        Assert.That(await RuleAsync(1, "a", state, convicted: false), Is.Empty);
        Assert.That(_journal.Outputs.DoneIndices(_job), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(_journal.Audits.Marks(_job, [[1]])["01"].State, Is.EqualTo(state));
    }

    [Test]
    public async Task Conviction_TakesAllBackThatWasNotFoundRight()
    {
        await DeliverAsync(1, "a", [0], audited: true);
        await DeliverAsync(2, "a", [1], audited: true);
        await DeliverAsync(3, "a", [2], audited: false);
        await DeliverAsync(4, "a", [3], audited: true);
        await DeliverAsync(5, "b", [4], audited: true);
        await RuleAsync(1, "a", AuditState.Verified, convicted: false);

        IReadOnlyList<RemovedOutput> removed = await RuleAsync(2, "a", AuditState.Rejected, convicted: true);

        Assert.That(removed.Select(r => r.Item), Is.EquivalentTo(new[] { 1, 2, 3 }));
        Assert.That(_journal.Outputs.DoneIndices(_job), Is.EqualTo(new[] { 0, 4 }));
        Assert.That(_journal.Audits.Find(_job, [4])!.State, Is.EqualTo(AuditState.Withdrawn));
        Assert.That(_journal.Audits.Find(_job, [5])!.State, Is.EqualTo(AuditState.Pending));
    }

    [Test]
    public async Task EndOfTheJob_LeavesWhatIsPendingUnaudited()
    {
        await DeliverAsync(1, "a", [0], audited: true);
        await DeliverAsync(2, "a", [1], audited: true);
        await RuleAsync(1, "a", AuditState.Verified, convicted: false);
        await _journal.Audits.AbandonAsync(_job, "over", CancellationToken.None);

        Assert.That(
            _journal.Audits.List(_job).Select(a => (a.State, a.Reason)),
            Is.EqualTo(new[] { (AuditState.Verified, "why"), (AuditState.Unaudited, "over") }));
    }

    [Test]
    public async Task Verdicts_AreToBeRevealedOnceAndNotBeforeTheEnd()
    {
        await DeliverAsync(1, "a", [0], audited: true);
        Assert.That(_journal.Audits.Unrevealed(_job), Is.Empty);

        await RuleAsync(1, "a", AuditState.Verified, convicted: false);
        Assert.That(_journal.Audits.Unrevealed(null).Single().Audit.Receipt, Is.EqualTo(new byte[] { 1 }));
        Assert.That(_journal.Audits.Unrevealed(_job + 1), Is.Empty);

        await _journal.Audits.RevealedAsync(_job, [1], CancellationToken.None);
        Assert.That(_journal.Audits.Unrevealed(null), Is.Empty);
    }

    private Task DeliverAsync(byte number, string provider, int[] items, bool audited) =>
        _journal.Outputs.AddShardAsync(
            _job,
            [
                .. items.Select(i => new OutputRecord
                {
                    Index = i, Output = "text", FinishReason = "stop", PromptTokens = 3, CompletionTokens = 5,
                    Provider = provider, Receipt = [number],
                }),
            ],
            new ReceiptRecord
            {
                Hash = [number], Shard = number, Provider = provider, Items = items.Length, CompletionTokens = 5,
                StartedUnixUs = 1, FinishedUnixUs = 2, Engine = "e", Envelope = [1], Lines = [2],
            },
            new AttemptRecord
            {
                Shard = number, Attempt = 1, Provider = provider, Items = items.Length, Outcome = AttemptRecord.Done,
                EndedAt = Now,
            },
            audited
                ? new AuditRecord
                {
                    Receipt = [number], Offer = [9], Provider = provider, Shard = number, Discretionary = true,
                    Places = [1, 0], Request = [7], OpenedAt = Now,
                }
                : null,
            asVotes: false,
            CancellationToken.None);

    private Task<IReadOnlyList<RemovedOutput>> RuleAsync(byte number, string provider, string state, bool convicted) =>
        _journal.Audits.RuleAsync(
            _job,
            new RulingRecord
            {
                Receipt = [number], Provider = provider, State = state, Reason = "why", Ratio = 1.5,
                Verdicts = [("judge", [5])], Convicted = convicted,
            },
            CancellationToken.None);
}
