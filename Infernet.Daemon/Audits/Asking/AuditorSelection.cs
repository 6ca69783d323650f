using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Reputation;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>
/// Draws auditors at random, by the square of their standing as such, so that nobody can arrange to judge a friend.
/// Never the provider itself, nor who asks more than can be paid; nor, while there is a choice, anybody in the provider's
/// network.
/// </summary>
/// <param name="serving">Who serves a model, other than this node.</param>
/// <param name="standing">What is thought of each.</param>
/// <param name="network">The network of a peer as far as one owner commonly holds it; null if unknown.</param>
/// <param name="fraction">Draws a number from 0 to below 1, which nobody can foresee.</param>
internal sealed class AuditorSelection(
    Func<Cid, IEnumerable<ServingAuditor>> serving, Func<PeerId, PeerStanding> standing, Func<PeerId, string?> network,
    Func<double> fraction)
{
    /// <summary>Draws one; null when there is nobody to ask.</summary>
    /// <param name="model">What it must serve.</param>
    /// <param name="provider">Whose answers they are.</param>
    /// <param name="exclude">Those who were asked already, or know too much.</param>
    /// <param name="affordable">Of all who serve the model those who can be paid.</param>
    public PeerId? Draw(
        Cid model, PeerId provider, IReadOnlySet<PeerId> exclude,
        Func<IReadOnlyCollection<ServingAuditor>, IEnumerable<ServingAuditor>> affordable)
    {
        List<(PeerId Peer, double Weight)> able = [];
        foreach (PeerId peer in affordable([.. serving(model)]).Select(s => s.Peer)
            .Where(p => p != provider && !exclude.Contains(p)).Distinct())
        {
            PeerStanding known = standing(peer);
            if (known.MayAudit)
            {
                able.Add((peer, known.AuditorScore * known.AuditorScore));
            }
        }

        string? near = network(provider);
        List<(PeerId Peer, double Weight)> apart = near is null ? able : able.FindAll(a => network(a.Peer) != near);
        return Pick(apart.Count > 0 ? apart : able);
    }

    private PeerId? Pick(List<(PeerId Peer, double Weight)> among)
    {
        double left = fraction() * among.Sum(a => a.Weight);
        foreach ((PeerId peer, double weight) in among)
        {
            left -= weight;
            if (left < 0)
            {
                return peer;
            }
        }

        return among.Count > 0 ? among[^1].Peer : null;
    }
}
