using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Reputation;
using Infernet.Dht;
using Infernet.Dht.Providers;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Jobs.Matching;

/// <summary>
/// Finds candidates: at once those whose adverts are known; if they are too few, those that the DHT names, and those
/// whose adverts may be out of date.
/// </summary>
/// <param name="host">Knows who is connected.</param>
/// <param name="dht">Knows who says that it serves a model.</param>
/// <param name="adverts">Knows what each offers.</param>
/// <param name="self">This node as a candidate; null when it works for nobody.</param>
/// <param name="reputation">Knows what each is worth.</param>
/// <param name="measured">What this node measured of a peer, in operations a second; null if it did not.</param>
/// <param name="time">The clock.</param>
internal sealed class CandidateSource(
    Libp2pHost host, KademliaDht dht, AdvertService adverts, Func<Candidate?> self,
    ReputationService reputation, Func<PeerId, double?> measured, TimeProvider time)
{
    private const int MaxProviders = 64;
    private static readonly TimeSpan SearchTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Raised when a node offers something else than before. Must return at once.</summary>
    public event Action? Changed;

    /// <summary>Tells the jobs that somebody offers something else now.</summary>
    public void RaiseChanged() => Changed?.Invoke();

    /// <summary>What is known without asking anybody.</summary>
    /// <param name="requirements">What is needed.</param>
    /// <param name="model">What must be served.</param>
    /// <param name="terms">What may be paid; null where prices are of no interest.</param>
    public Match Known(RequirementsSpecification requirements, Cid model, JobTerms? terms)
    {
        IEnumerable<Candidate> others = adverts.Directory.All().Where(a => a.Peer != host.Id)
            .Select(a => Candidate.Of(a, measured(a.Peer)));
        return Matcher.Find(
            requirements, model, terms,
            (self() is { } own ? others.Prepend(own) : others)
                .Select(c => c with { Standing = reputation.Of(c.Peer) }));
    }

    /// <summary>Asks every connected peer what it offers now.</summary>
    public async Task AskConnectedAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(SearchTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await adverts.RefreshConnectedAsync(new HashSet<PeerId>(), linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Those that answered have to do.
        }
    }

    /// <summary>Asks around until enough are known to be suitable, or everybody was asked.</summary>
    public async Task<Match> SearchAsync(
        RequirementsSpecification requirements, Cid model, JobTerms? terms, int enough,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(SearchTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            Match known = Known(requirements, model, terms);
            if (known.Suitable.Count < enough)
            {
                HashSet<PeerId> suitable = [.. known.Suitable.Select(c => c.Peer)];
                await adverts.RefreshConnectedAsync(suitable, linked.Token).ConfigureAwait(false);
            }

            if (Known(requirements, model, terms).Suitable.Count < enough)
            {
                await SearchDhtAsync(requirements, model, terms, enough, linked.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What was found in time has to do.
        }

        return Known(requirements, model, terms);
    }

    private async Task SearchDhtAsync(
        RequirementsSpecification requirements, Cid model, JobTerms? terms, int enough,
        CancellationToken cancellationToken)
    {
        await foreach (PeerInfo found in dht
            .FindProvidersAsync(ProviderKeys.Model(model), MaxProviders, cancellationToken).ConfigureAwait(false))
        {
            if (found.Id != host.Id && adverts.Directory.Find(found.Id)?.Models.ContainsKey(model) != true)
            {
                host.Peers.AddAddresses(found.Id, found.Addresses);
                await adverts.RefreshAsync(found.Id, cancellationToken).ConfigureAwait(false);
            }

            if (Known(requirements, model, terms).Suitable.Count >= enough)
            {
                return;
            }
        }
    }
}
