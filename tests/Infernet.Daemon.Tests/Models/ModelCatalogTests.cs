using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Models;

namespace Infernet.Daemon.Tests.Models;

public class ModelCatalogTests
{
    private static readonly Cid Root = Cid.OfRaw("one"u8);
    private string _folder = "";
    private JournalStore _journal = null!;

    [SetUp]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("infernet-").FullName;
        _journal = JournalStore.Open(new JournalOptions { Path = Path.Combine(_folder, "infernet.db") });
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _journal.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Save_AliasOfAnotherModel_IsAConflict()
    {
        var catalog = new ModelCatalog(new ModelTable(_journal));
        await catalog.SaveAsync(Entry(Root, "heron"), complete: true, default);

        ApiException? refused = await Assert.ThrowsAsync<ApiException>(
            () => catalog.SaveAsync(Entry(Cid.OfRaw("two"u8), "heron"), complete: true, default));
        Assert.That(refused!.Error.Code, Is.EqualTo("conflict"));
        Assert.That(refused.Message, Does.Contain(Root.ToString()));
    }

    [Test]
    public async Task Get_UnknownModel_SaysWhichThereAre()
    {
        var catalog = new ModelCatalog(new ModelTable(_journal));
        await catalog.SaveAsync(Entry(Root, "heron"), complete: true, default);

        ApiException? refused = Assert.Throws<ApiException>(() => catalog.Get("stork"));
        Assert.That(refused!.Error.Code, Is.EqualTo("not-found"));
        Assert.That(refused.Message, Does.Contain("heron"));
    }

    [Test]
    public async Task Catalog_OpenedAgain_KnowsWhatWasWholeAndWhatWasBeingFetched()
    {
        var first = new ModelCatalog(new ModelTable(_journal));
        await first.SaveAsync(Entry(Root, "heron"), complete: true, default);
        await first.SaveAsync(Entry(Cid.OfRaw("two"u8), "stork"), complete: false, default);

        var second = new ModelCatalog(new ModelTable(_journal));

        Assert.That(second.Get("heron").State, Is.EqualTo(ModelState.Ready));
        Assert.That(second.Get("stork").State, Is.EqualTo(ModelState.Fetching));
        Assert.That(second.Get(Root.ToString()).Alias, Is.EqualTo("heron"));
    }

    [Test]
    public async Task Update_OfARemovedModel_DoesNotBringItBack()
    {
        var catalog = new ModelCatalog(new ModelTable(_journal));
        await catalog.SaveAsync(Entry(Root, "heron"), complete: true, default);
        await catalog.RemoveAsync(Root, default);

        catalog.Update(Root, entry => entry with { State = ModelState.Serving });

        Assert.That(catalog.All(), Is.Empty);
    }

    [TestCase("")]
    [TestCase("-x")]
    [TestCase("with space")]
    [TestCase("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")]
    public void Alias_ThatCantBeTyped_IsRefused(string alias) =>
        Assert.That(() => ModelAlias.Require(alias), Throws.TypeOf<ApiException>());

    private static ModelEntry Entry(Cid root, string alias) => new()
    {
        Root = root, Alias = alias, SizeBytes = 3, Serve = true, State = ModelState.Ready,
    };
}
