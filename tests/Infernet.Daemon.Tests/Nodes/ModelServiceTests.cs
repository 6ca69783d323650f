using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Nodes;

namespace Infernet.Daemon.Tests.Nodes;

[TestFixture]
public sealed class ModelServiceTests
{
    private TestNodes _nodes = null!;
    private Node _node = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _nodes = new TestNodes();
        _node = await _nodes.StartAsync("home");
    }

    [TearDown]
    public async Task TearDownAsync() => await _nodes.DisposeAsync();

    [Test]
    public async Task Add_OfAFileThatIsNoModel_KeepsNothingOfIt()
    {
        string secret = Path.Combine(_nodes.HomeOf("home"), "diary.txt");
        await File.WriteAllTextAsync(secret, "Dear diary, this is for nobody else.");

        ModelProgress last = await LastAsync(_node.Models.AddAsync(new AddModelRequest { Path = secret }, default));

        Assert.That(last.Error!.Code, Is.EqualTo("invalid"));
        Assert.That(last.Error.Message, Does.Contain("GGUF"));
        Assert.That(_node.Models.List(), Is.Empty);
        Assert.That(
            Directory.EnumerateFiles(Path.Combine(_nodes.HomeOf("home"), "blobs"), "data*", SearchOption.AllDirectories),
            Is.Empty);
    }

    [Test]
    public async Task Add_OfAFileThatIsNotThere_SaysSo()
    {
        ModelProgress last = await LastAsync(
            _node.Models.AddAsync(new AddModelRequest { Path = "/nowhere/model.gguf" }, default));

        Assert.That(last.Error!.Code, Is.EqualTo("not-found"));
        Assert.That(last.Error.Message, Does.Contain("/nowhere/model.gguf"));
    }

    [Test]
    public async Task Pull_OfWhatNobodyHas_LeavesNothingBehind()
    {
        var request = new PullModelRequest { Model = Cid.OfRaw("nobody has this"u8).ToString() };

        ModelProgress last = await LastAsync(_node.Models.PullAsync(request, default));

        Assert.That(last.Error!.Code, Is.EqualTo("unreachable"));
        Assert.That(_node.Models.List(), Is.Empty);
    }

    [Test]
    public async Task Model_ThatWasRemoved_IsGoneAndCanBeAddedAgain()
    {
        ModelStatus added = await TestNodes.AddModelAsync(_node);
        Assert.That(added.State, Is.EqualTo("serving"));
        await _node.Models.RemoveAsync(added.Alias, default);
        Assert.That(_node.Models.List(), Is.Empty);

        ModelStatus again = await TestNodes.AddModelAsync(_node);

        Assert.That(again.Cid, Is.EqualTo(added.Cid));
        Assert.That(again.State, Is.EqualTo("serving"));
    }

    private static async Task<ModelProgress> LastAsync(IAsyncEnumerable<ModelProgress> stream)
    {
        ModelProgress? last = null;
        await foreach (ModelProgress progress in stream)
        {
            last = progress;
        }

        return last!;
    }
}
