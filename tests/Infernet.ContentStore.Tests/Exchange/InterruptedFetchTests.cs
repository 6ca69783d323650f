using System.Globalization;
using Infernet.ContentStore.Blobs;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Tests.Exchange;

/// <summary>Fetches that end with their process, or at the end of the disk.</summary>
[TestFixture]
internal sealed class InterruptedFetchTests
{
    private readonly byte[] _content = TestBytes.Random(12_000_000);
    private TestFolder _folder = null!;
    private TestNode _seeder = null!;

    private Multiaddr Address => Multiaddr.Parse($"{_seeder.Host.ListenAddresses[0]}/p2p/{_seeder.Host.Id}");

    [SetUp]
    public async Task StartSeeder()
    {
        _folder = new TestFolder();
        _seeder = await TestNode.StartAsync(_folder, "seeder");
    }

    [TearDown]
    public async Task StopSeeder()
    {
        await _seeder.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Fetch_KilledInTheMiddle_GoesOnWithoutFetchingAgain()
    {
        BlobStore source = _folder.Open("source");
        await using var closing = source;
        BlobInfo whole = await source.AddFileAsync(_folder.Write("model", _content), AddMode.Copy, null, default);
        await using PartialSeeder seeder = PartialSeeder.Begin(whole, source, _seeder.Store);
        seeder.Copy(0, seeder.Leaves * 2 / 3);
        long available = seeder.BytesPresent;

        using (ChildProcess killed = ChildProcess.Start(_folder.StorePath("child"), whole.Root, Address))
        {
            Assert.That(await killed.WaitForLineAsync(line => line == $"progress {available}"), Is.Not.Null);
            await killed.KillAsync();
        }

        seeder.Copy(seeder.Leaves * 2 / 3, seeder.Leaves);
        using ChildProcess resumed = ChildProcess.Start(_folder.StorePath("child"), whole.Root, Address);
        string? done = await resumed.WaitForLineAsync(line => !line.StartsWith("progress", StringComparison.Ordinal));
        Assert.That(done, Is.EqualTo(string.Create(
            CultureInfo.InvariantCulture, $"done {_content.Length - available} {available}")));
        Assert.That(
            File.ReadAllBytes(Path.Combine(_folder.StorePath("child"), whole.Root.ToString(), "data")), Is.EqualTo(_content));
    }

    [Test]
    public async Task Fetch_DiskFullInTheMiddle_SaysSoAndKeepsWhatCame()
    {
        BlobInfo whole = await _seeder.AddAsync(_folder, _content);
        using (ChildProcess limited = ChildProcess.Start(_folder.StorePath("child"), whole.Root, Address, fileLimit: 8_000))
        {
            string? failed = await limited.WaitForLineAsync(line => !line.StartsWith("progress", StringComparison.Ordinal));
            Assert.That(failed, Does.StartWith("failed NotEnoughSpace").And.Contain("bytes are needed"));
        }

        using ChildProcess unlimited = ChildProcess.Start(_folder.StorePath("child"), whole.Root, Address);
        string? done = await unlimited.WaitForLineAsync(line => !line.StartsWith("progress", StringComparison.Ordinal));
        long received = long.Parse(done!.Split(' ')[1], CultureInfo.InvariantCulture);
        long resumed = long.Parse(done.Split(' ')[2], CultureInfo.InvariantCulture);
        Assert.That(resumed, Is.GreaterThan(1_000_000));
        Assert.That(received + resumed, Is.EqualTo(_content.Length));
    }
}
