using Dapper;
using Infernet.Daemon.Journal;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Tests.Journal;

[TestFixture]
public sealed class JournalStoreTests
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("infernet-journal-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Open_OfGarbage_SaysThatItIsDamaged()
    {
        File.WriteAllText(FilePath(), new string('x', 10_000));

        Assert.That(
            Assert.Throws<JournalException>(() => JournalStore.Open(Options()))!.Message,
            Does.Contain(FilePath()).And.Contains("is damaged"));
    }

    [Test]
    public async Task Open_OfAFileWithADamagedPage_SaysThatItIsDamaged()
    {
        await using (JournalStore store = JournalStore.Open(Options()))
        {
            await store.WriteAsync(c => c.Execute("CREATE TABLE t(x); CREATE INDEX i ON t(x)"), CancellationToken.None);
            for (int i = 0; i < 500; i++)
            {
                await store.WriteAsync(c => c.Execute("INSERT INTO t VALUES(randomblob(200))"), CancellationToken.None);
            }
        }

        using (FileStream file = File.OpenWrite(FilePath()))
        {
            file.Position = file.Length - 4_096 * 3;
            file.Write(new byte[4_096 * 3]);
        }

        Assert.That(
            Assert.Throws<JournalException>(() => JournalStore.Open(Options()))!.Message, Does.Contain("is damaged"));
    }

    [Test]
    public async Task Open_OfANewerVersion_SaysSo()
    {
        await JournalStore.Open(Options()).DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={FilePath()};Pooling=false"))
        {
            connection.Open();
            connection.Execute("PRAGMA user_version = 999");
        }

        Assert.That(
            Assert.Throws<JournalException>(() => JournalStore.Open(Options()))!.Message, Does.Contain("newer"));
    }

    [Test]
    public void Open_WhereThereIsNoFolder_SaysSo() => Assert.That(
        Assert.Throws<JournalException>(
            () => JournalStore.Open(new JournalOptions { Path = Path.Combine(_folder, "missing", "x.db") }))!.Message,
        Does.Contain("can't be opened"));

    [Test]
    public async Task Write_ThatFails_FailsAlone()
    {
        await using JournalStore store = await WithTableAsync();
        Task good = store.WriteAsync(c => c.Execute("INSERT INTO t VALUES(1)"), CancellationToken.None);
        Task bad = store.WriteAsync(c => c.Execute("INSERT INTO nowhere VALUES(1)"), CancellationToken.None);
        Task better = store.WriteAsync(c => c.Execute("INSERT INTO t VALUES(2)"), CancellationToken.None);

        Assert.That(async () => await bad, Throws.InstanceOf<SqliteException>());
        await Task.WhenAll(good, better);
        Assert.That(Values(store), Is.EqualTo(new[] { 1, 2 }));
    }

    // Whoever reads goes on later if the journal is to blame, and it alone.
    [Test]
    public async Task Read_ThatFails_SaysThatItIsTheJournal()
    {
        await using JournalStore store = await WithTableAsync();

        JournalException failed = Assert.Throws<JournalException>(() => store.Read(c => c.Query<int>("SELECT x FROM nowhere").ToList()))!;

        Assert.That(failed.Message, Does.Contain(FilePath()).And.Contains("can't be read"));
    }

    [Test]
    public async Task Write_ThatFailsHalfway_LeavesNothing()
    {
        await using JournalStore store = await WithTableAsync();

        Assert.That(
            async () => await store.WriteAsync(
                c =>
                {
                    c.Execute("INSERT INTO t VALUES(1)");
                    throw new InvalidOperationException("no");
                },
                CancellationToken.None),
            Throws.InvalidOperationException);
        Assert.That(Values(store), Is.Empty);
    }

    [Test]
    public async Task FullDisk_IsAnErrorAndAProblemUntilThereIsRoom()
    {
        await using JournalStore store = JournalStore.Open(Options() with { MaxPages = 64 });
        await store.WriteAsync(c => c.Execute("CREATE TABLE t(x)"), CancellationToken.None);

        JournalException full = await FillAsync(store);
        Assert.That(full.DiskFull, Is.True);
        Assert.That(store.Problem, Does.Contain("free some disk space"));

        await store.WriteAsync(c => c.Execute("DELETE FROM t"), CancellationToken.None);
        Assert.That(store.Problem, Is.Null);
    }

    [Test]
    public async Task Write_AfterTheEnd_IsRefused()
    {
        JournalStore store = await WithTableAsync();
        await store.DisposeAsync();

        Assert.That(
            async () => await store.WriteAsync(_ => { }, CancellationToken.None),
            Throws.InstanceOf<JournalException>());
    }

    [Test]
    public async Task Copy_TakenAfterEachWrite_HasWhatWasAcknowledged()
    {
        await using JournalStore store = await WithTableAsync();
        for (int i = 1; i <= 20; i++)
        {
            await store.WriteAsync(c => c.Execute("INSERT INTO t VALUES(@i)", new { i }), CancellationToken.None);
            // What a crash leaves: the file and its log as they are at this moment.
            string copy = Path.Combine(_folder, $"copy-{i}.db");
            File.Copy(FilePath(), copy);
            File.Copy(FilePath() + "-wal", copy + "-wal");
            await using JournalStore crashed = JournalStore.Open(new JournalOptions { Path = copy });
            Assert.That(Values(crashed), Is.EqualTo(Enumerable.Range(1, i)));
        }
    }

    [Test]
    public async Task Changes_OfManyWriters_AreAllThere()
    {
        await using JournalStore store = await WithTableAsync();

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => store.WriteAsync(
            c => c.Execute("INSERT INTO t VALUES(@i)", new { i }), CancellationToken.None)));

        Assert.That(Values(store).Order(), Is.EqualTo(Enumerable.Range(0, 2_000)));
    }

    [Test]
    public async Task WriteSoon_BesideAWrite_GoesWithItsCommit()
    {
        int commits = 0;
        await using JournalStore store = await WithTableAsync(Patient with { AtCommit = (_, done) => commits += done ? 1 : 0 });
        int before = commits;
        Task soon = store.WriteSoonAsync(c => c.Execute("INSERT INTO t VALUES(1)"), CancellationToken.None);
        Assert.That(soon.IsCompleted, Is.False);

        await store.WriteAsync(c => c.Execute("INSERT INTO t VALUES(2)"), CancellationToken.None);
        await soon.WaitAsync(Limit);

        Assert.That(Values(store), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(commits - before, Is.EqualTo(1));
    }

    [Test]
    public async Task WriteSoon_Alone_IsWrittenAfterAWhile()
    {
        await using JournalStore store = await WithTableAsync(Options() with { Patience = TimeSpan.FromMilliseconds(5) });

        for (int i = 1; i <= 3; i++)
        {
            await store.WriteSoonAsync(c => c.Execute("INSERT INTO t VALUES(@i)", new { i }), CancellationToken.None)
                .WaitAsync(Limit);
        }

        Assert.That(Values(store), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public async Task Hurry_WritesAllThatWasToBeWrittenSoon()
    {
        await using JournalStore store = await WithTableAsync(Patient with { MaxChangesPerCommit = 2 });
        Task[] soon = [.. Enumerable.Range(0, 7).Select(i => store.WriteSoonAsync(
            c => c.Execute("INSERT INTO t VALUES(@i)", new { i }), CancellationToken.None))];

        store.Hurry();
        await Task.WhenAll(soon).WaitAsync(Limit);

        Assert.That(Values(store), Is.EqualTo(Enumerable.Range(0, 7)));
    }

    [Test]
    public async Task WriteSoon_ThatFails_FailsAlone()
    {
        await using JournalStore store = await WithTableAsync(Patient);
        Task good = store.WriteSoonAsync(c => c.Execute("INSERT INTO t VALUES(1)"), CancellationToken.None);
        Task bad = store.WriteSoonAsync(c => c.Execute("INSERT INTO nowhere VALUES(1)"), CancellationToken.None);
        await store.WriteAsync(c => c.Execute("INSERT INTO t VALUES(2)"), CancellationToken.None);

        Assert.That(async () => await bad.WaitAsync(Limit), Throws.InstanceOf<SqliteException>());
        await good.WaitAsync(Limit);
        Assert.That(Values(store), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task WriteSoon_MoreThanMayWait_AreWrittenAtOnce()
    {
        await using JournalStore store = await WithTableAsync(Patient with { MaxWaitingChanges = 3 });

        Task[] soon = [.. Enumerable.Range(0, 4).Select(i => store.WriteSoonAsync(
            c => c.Execute("INSERT INTO t VALUES(@i)", new { i }), CancellationToken.None))];

        await Task.WhenAll(soon).WaitAsync(Limit);
    }

    [Test]
    public async Task WriteSoon_BeforeTheEnd_IsWritten()
    {
        JournalStore store = await WithTableAsync(Patient);
        Task soon = store.WriteSoonAsync(c => c.Execute("INSERT INTO t VALUES(1)"), CancellationToken.None);
        await store.DisposeAsync();
        await soon.WaitAsync(Limit);

        await using JournalStore again = JournalStore.Open(Options());
        Assert.That(Values(again), Is.EqualTo(new[] { 1 }));
        Assert.That(
            async () => await store.WriteSoonAsync(_ => { }, CancellationToken.None),
            Throws.InstanceOf<JournalException>());
    }

    private static TimeSpan Limit => TimeSpan.FromSeconds(20);

    private JournalOptions Patient => Options() with { Patience = TimeSpan.FromHours(1) };

    private string FilePath() => Path.Combine(_folder, "infernet.db");

    private JournalOptions Options() => new() { Path = FilePath() };

    private async Task<JournalStore> WithTableAsync(JournalOptions? options = null)
    {
        JournalStore store = JournalStore.Open(options ?? Options());
        await store.WriteAsync(c => c.Execute("CREATE TABLE t(x INTEGER)"), CancellationToken.None);
        return store;
    }

    private static IReadOnlyList<int> Values(JournalStore store) =>
        store.Read(c => c.Query<int>("SELECT x FROM t ORDER BY rowid").AsList());

    private static async Task<JournalException> FillAsync(JournalStore store)
    {
        for (int i = 0; i < 1_000; i++)
        {
            try
            {
                await store.WriteAsync(
                    c => c.Execute("INSERT INTO t VALUES(randomblob(10000))"), CancellationToken.None);
            }
            catch (JournalException full)
            {
                return full;
            }
        }

        throw new AssertionException("The disk never became full.");
    }
}
