using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;
using Infernet.Dht.Lookups;
using Infernet.Dht.Protocol;
using Infernet.Dht.Tests.Records;

namespace Infernet.Dht.Tests.Simulation;

internal sealed class NetworkSimulationTests
{
    [Test]
    public void FindClosest_FiveHundredNodes_FindsTheTrulyClosest([Values(1)] int seed)
    {
        SimulatedNetwork network = Build(seed, 500);
        int found = 0;
        int requests = 0;
        const int Lookups = 50;
        for (int i = 0; i < Lookups; i++)
        {
            SimulatedNode node = network.Pick();
            byte[] key = network.RandomKey();
            Lookup lookup = network.FindClosest(node, key);
            found += lookup.Closest.Intersect(network.TrulyClosest(key, 20, node)).Count();
            requests += lookup.Requests;
        }

        Assert.That(found / (double)(Lookups * 20), Is.GreaterThan(0.99), $"seed {seed}");
        Assert.That(requests / Lookups, Is.LessThan(45), $"seed {seed}");
    }

    [Test]
    public void FindClosest_AThirdOfTheNodesGone_StillFindsMostOfTheClosest([Values(3)] int seed)
    {
        SimulatedNetwork network = Build(seed, 240);
        for (int i = 0; i < 80; i++)
        {
            network.Kill(network.Pick());
        }

        int found = 0;
        const int Lookups = 50;
        for (int i = 0; i < Lookups; i++)
        {
            SimulatedNode node = network.Pick();
            byte[] key = network.RandomKey();
            found += network.FindClosest(node, key).Closest.Intersect(network.TrulyClosest(key, 20, node)).Count();
        }

        Assert.That(found / (double)(Lookups * 20), Is.GreaterThan(0.95), $"seed {seed}");
    }

    [Test]
    public void PutAndProvide_ThenHalfOfTheHoldersGone_IsStillFound([Values(4)] int seed)
    {
        SimulatedNetwork network = Build(seed, 150);
        SimulatedNode publisher = network.Pick();
        byte[] key = "/test/simulated"u8.ToArray();
        byte[] provided = Multihash.Sha256("simulated"u8).Bytes.ToArray();
        foreach (KadPeer holder in network.FindClosest(publisher, key).Closest)
        {
            network.Send(publisher, holder, Requests.PutValue(key, TestValidator.Value(1)));
        }

        foreach (KadPeer holder in network.FindClosest(publisher, provided).Closest)
        {
            network.Send(publisher, holder, Requests.AddProvider(provided, publisher.Self.Id, []));
        }

        foreach (SimulatedNode node in network.Alive.Where(n => n.Records.Count + n.Providers.KeyCount > 0).ToArray()[..20])
        {
            network.Kill(node);
        }

        SimulatedNode reader = network.Pick();
        Assert.That(
            network.FindClosest(reader, key).Closest.Any(p =>
                network.Send(reader, p, Requests.GetValue(key))?.Record is not null),
            Is.True, $"seed {seed}");
        Assert.That(
            network.FindClosest(reader, provided).Closest.Any(p =>
                network.Send(reader, p, Requests.GetProviders(provided))?.ProviderPeers.Count > 0),
            Is.True, $"seed {seed}");
    }

    [Test]
    public void FindClosest_SmallNetworks_FindEverybody([Values(1, 2, 5, 21)] int size)
    {
        SimulatedNetwork network = Build(seed: 5, size);
        foreach (SimulatedNode node in network.Alive)
        {
            byte[] key = network.RandomKey();
            Assert.That(
                network.FindClosest(node, key).Closest, Is.EqualTo(network.TrulyClosest(key, 20, node)), $"of {size}");
        }
    }

    [Test]
    public void FindClosest_OverDisjointPaths_FindsTheClosestToo([Values(6)] int seed)
    {
        SimulatedNetwork network = Build(seed, 200, new LookupOptions { Paths = 3, Alpha = 9 });
        int found = 0;
        for (int i = 0; i < 20; i++)
        {
            SimulatedNode node = network.Pick();
            byte[] key = network.RandomKey();
            found += network.FindClosest(node, key).Closest.Take(5).Intersect(network.TrulyClosest(key, 5, node)).Count();
        }

        Assert.That(found / 100.0, Is.GreaterThan(0.95), $"seed {seed}");
    }

    [Test]
    public void FindClosest_AFifthOfTheNodesNameEachOtherOnly_StillFindsTheClosestHonest([Values(7)] int seed)
    {
        SimulatedNetwork network = Build(seed, 200);
        network.Collude(40);
        int found = 0;
        const int Lookups = 30;
        for (int i = 0; i < Lookups; i++)
        {
            SimulatedNode node = network.PickHonest();
            byte[] key = network.RandomKey();
            IEnumerable<KadPeer> honest = network.TrulyClosest(key, 200, node).Where(p => !network.IsLiar(p)).Take(5);
            found += network.FindClosest(node, key).Closest.Intersect(honest).Count();
        }

        Assert.That(found / (5.0 * Lookups), Is.GreaterThan(0.95), $"seed {seed}");
    }

    private static SimulatedNetwork Build(int seed, int nodes, LookupOptions? options = null)
    {
        var network = new SimulatedNetwork(seed, null, options);
        for (int i = 0; i < nodes; i++)
        {
            network.Join();
        }

        return network;
    }
}
