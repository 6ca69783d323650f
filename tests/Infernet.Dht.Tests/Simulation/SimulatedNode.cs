using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;
using Infernet.Dht.Protocol;
using Infernet.Dht.Providers;
using Infernet.Dht.Records;
using Infernet.Dht.Routing;
using Infernet.Dht.Tests.Records;

namespace Infernet.Dht.Tests.Simulation;

/// <summary>The parts of a node that decide, without a host below them.</summary>
internal sealed class SimulatedNode
{
    public static readonly IReadOnlyDictionary<string, IRecordValidator> TestValidators =
        new Dictionary<string, IRecordValidator> { ["test"] = new TestValidator() };

    public SimulatedNode(KadPeer self, IReadOnlyList<Multiaddr> ownAddresses, DhtOptions options)
    {
        Self = self;
        Addresses[self.Id] = ownAddresses;
        var filter = new AddressFilter(options.AllowLocalAddresses, options.Messages.MaxAddressesPerPeer);
        Codec = new PeerCodec(filter);
        Table = new RoutingTable(self.Key, options.Routing with { BucketSize = options.K }, options.Time);
        var validators = new ValidatorSet(options.Validators, options.Records);
        Records = new RecordStore(self.Key, validators, options.Records, options.Time);
        Providers = new ProviderStore(self.Key, options.Providers, options.Time, new Random(1));
        var directory = new PeerDirectory(p => Addresses.GetValueOrDefault(p) ?? [], filter, options.Time);
        Handler = new RequestHandler(Table, Records, Providers, directory, Codec, options.K, options.Messages);
    }

    public KadPeer Self { get; }

    public Dictionary<PeerId, IReadOnlyList<Multiaddr>> Addresses { get; } = [];

    public PeerCodec Codec { get; }

    public RoutingTable Table { get; }

    public RecordStore Records { get; }

    public ProviderStore Providers { get; }

    public RequestHandler Handler { get; }

    /// <summary>A peer that answered or connected gets in if the table wants it.</summary>
    public void Learn(KadPeer peer, Multiaddr address)
    {
        Addresses[peer.Id] = [address];
        Table.Admit(peer, address.IPAddress);
    }
}
