using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// Who may have what. Work goes elsewhere after it failed somewhere, copies of an item go to different peers, and to
/// different networks: the second never gives way; the other two do when nobody is there for whom they would hold.
/// </summary>
internal sealed class Eligibility(Fleet fleet, ItemLedger ledger, CopyPlacement? placement)
{
    private const int TriedBefore = 2;
    private const int NeighbourHasIt = 1;
    private static readonly HashSet<PeerId> Nobody = [];

    /// <summary>Whether peers of further networks may be about to join, so that neighbours had better wait.</summary>
    public bool IsGathering { get; set; }

    /// <summary>
    /// Whether a provider may have a whole shard; nobody gets one that it still has to answer for, called off or not,
    /// since the two would be one on the wire.
    /// </summary>
    public bool MayHave(ProviderState provider, ShardState shard) =>
        !provider.Holds(shard)
        && (placement is null
            ? Objection(provider.Peer, shard.Tried) == 0 || fleet.Providers.All(p => shard.Tried.Contains(p.Peer))
            : shard.Units.All(unit => Of(provider, ledger.ItemOf(unit), shard.Tried) == Fit.Yes));

    /// <summary>Those of a shard's units that a provider may have.</summary>
    public IReadOnlyList<int> Suitable(ProviderState provider, ShardState shard)
    {
        if (placement is null || provider.Holds(shard))
        {
            return MayHave(provider, shard) ? shard.Units : [];
        }

        return [.. shard.Units.Where(unit => Of(provider, ledger.ItemOf(unit), shard.Tried) == Fit.Yes)];
    }

    /// <summary>Whether a provider may have an item that was never out in this copy.</summary>
    public Fit OfFresh(ProviderState provider, int item) => placement is null ? Fit.Yes : Of(provider, item, Nobody);

    private Fit Of(ProviderState provider, int item, HashSet<PeerId> tried)
    {
        if (placement!.Has(provider.Peer, item))
        {
            return Fit.Never;
        }

        int own = Objections(provider.Peer, item, tried);
        if (IsGathering && (own & NeighbourHasIt) != 0)
        {
            return Fit.NotNow;
        }

        return own == 0 || !fleet.Providers.Any(
            p => !placement.Has(p.Peer, item) && Objections(p.Peer, item, tried) < own)
            ? Fit.Yes
            : Fit.NotNow;
    }

    private int Objections(PeerId peer, int item, HashSet<PeerId> tried) =>
        Objection(peer, tried) + (placement!.NeighbourHas(peer, item) ? NeighbourHasIt : 0);

    private static int Objection(PeerId peer, HashSet<PeerId> tried) => tried.Contains(peer) ? TriedBefore : 0;
}
