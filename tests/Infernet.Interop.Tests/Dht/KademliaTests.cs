using System.Text.Json;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht;
using Infernet.Interop.Tests.Peers;

namespace Infernet.Interop.Tests.Dht;

/// <summary>Our DHT and js-libp2p's kad-dht in one network: each side finds what the other put and provided.</summary>
[TestFixture]
public sealed class KademliaTests
{
    private MixedNetwork _network = null!;
    private CancellationTokenSource _timeout = null!;

    private CancellationToken Token => _timeout.Token;

    [OneTimeSetUp]
    public async Task StartNetwork() => _network = await MixedNetwork.StartAsync();

    [OneTimeTearDown]
    public async Task StopNetwork()
    {
        if (_network is not null)
        {
            await _network.DisposeAsync();
        }
    }

    [SetUp]
    public void StartClock() => _timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));

    [TearDown]
    public void StopClock() => _timeout.Dispose();

    [Test]
    public async Task PutValue_InvalidByTheirs_IsNotKeptByOurs()
    {
        await _network.Theirs[1].CallAsync("put", new { key = "/test/invalid", value = "invalid value" });
        Assert.That(await _network.Ours[2].GetAsync("/test/invalid", Token), Is.Null);
    }

    [Test]
    public async Task PutValue_OfUnknownNamespaceByTheirs_IsNotKeptByOurs()
    {
        await _network.Theirs[1].CallAsync("put", new { key = "/v/only-there", value = "value" });
        Assert.That(_network.Ours.Sum(node => node.Dht.Statistics.RequestsRefused), Is.Positive);
    }

    [Test]
    public async Task GetValue_NobodyPut_FindsNothingOnEitherSide()
    {
        Assert.That(await _network.Ours[1].GetAsync("/test/nothing", Token), Is.Null);
        JsonElement answer = await _network.Theirs[1].CallAsync("get", new { key = "/test/nothing" });
        Assert.That(answer.ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task FindProviders_NobodyProvides_FindsNothingOnEitherSide()
    {
        Cid cid = ContentOf("nobody has this");
        Assert.That(await _network.Ours[1].FindProvidersAsync(cid.Hash, Token), Is.Empty);
        Assert.That(await FindByTheirsAsync(_network.Theirs[1], cid), Is.Empty);
    }

    [Test]
    public async Task FindPeer_UnknownPeer_FindsNothing()
    {
        PeerId nobody = NodeIdentity.Generate().Id;
        Assert.That(await _network.Ours[1].Dht.FindPeerAsync(nobody, Token), Is.Null);
    }

    [Test]
    public async Task GetValue_PutByTheirs_IsFoundByOurs()
    {
        await _network.Theirs[1].CallAsync("put", new { key = "/test/by-theirs", value = "from js" });
        foreach (DhtNode node in _network.Ours)
        {
            Assert.That(await node.GetAsync("/test/by-theirs", Token), Is.EqualTo("from js"));
        }
    }

    [Test]
    public async Task GetValue_PutByOurs_IsFoundByTheirs()
    {
        await _network.Ours[1].PutAsync("/test/by-ours", "from c#", Token);
        foreach (JsPeer peer in _network.Theirs)
        {
            Assert.That(await peer.CallAsync<string>("get", new { key = "/test/by-ours" }), Is.EqualTo("from c#"));
        }
    }

    [Test]
    public async Task GetValue_GreaterValuePutLater_WinsOnBothSides()
    {
        await _network.Theirs[2].CallAsync("put", new { key = "/test/contested", value = "1 from js" });
        await _network.Ours[2].PutAsync("/test/contested", "2 from c#", Token);
        Assert.That(await _network.Ours[0].GetAsync("/test/contested", Token), Is.EqualTo("2 from c#"));
        Assert.That(
            await _network.Theirs[0].CallAsync<string>("get", new { key = "/test/contested" }),
            Is.EqualTo("2 from c#"));
    }

    [Test]
    public async Task FindProviders_ProvidedByTheirs_IsFoundByOurs()
    {
        Cid cid = ContentOf("js has this");
        await _network.Theirs[2].CallAsync("provide", new { cid = cid.ToString() });
        foreach (DhtNode node in _network.Ours)
        {
            Assert.That(await node.FindProvidersAsync(cid.Hash, Token), Is.EquivalentTo([_network.Theirs[2].Id]));
        }
    }

    [Test]
    public async Task FindProviders_ProvidedByOurs_IsFoundByTheirs()
    {
        Cid cid = ContentOf("c# has this");
        await _network.Ours[2].Dht.ProvideAsync(cid.Hash, Token);
        foreach (JsPeer peer in _network.Theirs)
        {
            Assert.That(await FindByTheirsAsync(peer, cid), Is.EquivalentTo([_network.Ours[2].Id.ToString()]));
        }
    }

    [Test]
    public async Task FindProviders_ProvidedByBoth_FindsBothOnBothSides()
    {
        Cid cid = ContentOf("both have this");
        await _network.Theirs[0].CallAsync("provide", new { cid = cid.ToString() });
        await _network.Ours[0].Dht.ProvideAsync(cid.Hash, Token);
        PeerId[] both = [_network.Theirs[0].Id, _network.Ours[0].Id];
        Assert.That(await _network.OurClient.FindProvidersAsync(cid.Hash, Token), Is.EquivalentTo(both));
        Assert.That(
            await FindByTheirsAsync(_network.TheirClient, cid), Is.EquivalentTo(both.Select(id => id.ToString())));
    }

    [Test]
    public async Task FindPeer_Theirs_IsFoundByOurs()
    {
        JsPeer sought = _network.Theirs[2];
        PeerInfo? found = await _network.OurClient.Dht.FindPeerAsync(sought.Id, Token);
        Assert.That(found?.Addresses, Does.Contain(sought.Address.WithoutPeer()));
    }

    [Test]
    public async Task FindPeer_Ours_IsFoundByTheirs()
    {
        DhtNode sought = _network.Ours[2];
        JsonElement found = await _network.TheirClient.CallAsync("findPeer", new { peer = sought.Id.ToString() });
        Assert.That(
            found.GetProperty("addresses").Deserialize<string[]>(),
            Does.Contain(sought.Host.ListenAddresses[0].ToString()));
    }

    [Test]
    public async Task FindClosest_EitherSide_NamesServersOfBothKindsAndNoClient()
    {
        string[] servers =
            [.. _network.Ours.Select(n => n.Id.ToString()), .. _network.Theirs.Select(p => p.Id.ToString())];
        IReadOnlyList<PeerInfo> byUs = await _network.OurClient.Dht.FindClosestAsync("any key"u8.ToArray(), Token);
        string[] byThem = await _network.TheirClient.CallAsync<string[]>("closest", new { key = "any key" });
        Assert.That(byUs.Select(peer => peer.Id.ToString()), Is.EquivalentTo(servers));
        Assert.That(byThem, Is.SubsetOf(servers).And.Not.Empty);
    }

    [Test]
    public async Task Client_OfEitherKind_PutsAndProvidesForTheOther()
    {
        Cid cid = ContentOf("clients have this");
        await _network.OurClient.PutAsync("/test/by-our-client", "from c#", Token);
        await _network.TheirClient.CallAsync("put", new { key = "/test/by-their-client", value = "from js" });
        await _network.OurClient.Dht.ProvideAsync(cid.Hash, Token);
        Assert.That(await _network.OurClient.GetAsync("/test/by-their-client", Token), Is.EqualTo("from js"));
        Assert.That(
            await _network.TheirClient.CallAsync<string>("get", new { key = "/test/by-our-client" }),
            Is.EqualTo("from c#"));
        Assert.That(
            await FindByTheirsAsync(_network.TheirClient, cid), Is.EquivalentTo([_network.OurClient.Id.ToString()]));
    }

    [Test]
    public async Task Network_OfAnotherPrefix_StaysApart()
    {
        await using JsPeer stranger = await JsPeer.StartAsync(new { kad = true, kadProtocol = "/ipfs/kad/1.0.0" });
        int before = _network.OurClient.Dht.Statistics.RoutingTableSize;
        await _network.OurClient.Host.ConnectAsync(stranger.Address, Token);
        await stranger.CallAsync("identify", new { peer = _network.OurClient.Id.ToString() });
        Assert.That(_network.OurClient.Dht.Statistics.RoutingTableSize, Is.EqualTo(before));
        Assert.That(await stranger.CallAsync<int>("routingTable"), Is.Zero);
    }

    private static Cid ContentOf(string text) => Cid.OfRaw(System.Text.Encoding.UTF8.GetBytes(text));

    private static Task<string[]> FindByTheirsAsync(JsPeer peer, Cid cid) =>
        peer.CallAsync<string[]>("findProviders", new { cid = cid.ToString() });
}
