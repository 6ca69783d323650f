using Infernet.Core.Identity;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Tests.Adverts;
using Infernet.Daemon.Tests.Challenges.Results;

namespace Infernet.Daemon.Tests.Journal;

[TestFixture]
public sealed class ChallengeTableTests
{
    private static readonly NodeIdentity Self = NodeIdentity.Generate();
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
    public async Task Results_AboutThisNode_SurviveARestartAndAreBounded()
    {
        Measurement[] results = [.. Enumerable.Range(0, 5).Select(_ => TestResults.Opened(NodeIdentity.Generate(), Self.Id))];
        foreach (Measurement result in results)
        {
            await _journal.Challenges.AddReceivedAsync(result, limit: 3, CancellationToken.None);
        }

        await _journal.DisposeAsync();
        _journal = Open();

        Assert.That(
            _journal.Challenges.Received(10), Is.EqualTo(results.Reverse().Take(3).Select(r => r.Envelope.ToArray())));
    }

    [Test]
    public async Task Challenges_OfThisNode_AreReadBackAsTheyWere()
    {
        var record = new ChallengeRecord(
            NodeIdentity.Generate().Id, "memory-walk", 1 << 20, 1.5e9, "slow", "reached too little", TestAdverts.Now);
        await _journal.Challenges.AddMadeAsync(record, limit: 10, CancellationToken.None);

        Assert.That(_journal.Challenges.Made(10), Is.EqualTo(new[] { record }));
        Assert.That(_journal.Challenges.Received(10), Is.Empty);
    }

    // What lies in the file was checked when it came; since then it may have grown old, or the identity changed.
    [Test]
    public async Task Results_ReadAtTheStart_AreCheckedAgain()
    {
        await _journal.Challenges.AddReceivedAsync(
            TestResults.Opened(NodeIdentity.Generate(), Self.Id), limit: 3, CancellationToken.None);

        Assert.That(Carried(Self.Id, TestAdverts.Now), Has.Count.EqualTo(1));
        Assert.That(Carried(Self.Id, TestAdverts.Now.AddDays(8)), Is.Empty);
        Assert.That(Carried(NodeIdentity.Generate().Id, TestAdverts.Now), Is.Empty);
    }

    private IReadOnlyList<Measurement> Carried(PeerId self, DateTimeOffset now) =>
        new OwnMeasurements(self, _journal.Challenges, () => 1, new StoppedClock(now)).Carried();

    private NodeJournal Open() => NodeJournal.Open(new JournalOptions { Path = Path.Combine(_folder, "infernet.db") });

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
