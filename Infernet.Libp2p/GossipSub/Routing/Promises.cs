using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// Messages that peers have advertised and were asked for. Of each request one message, drawn at random, is watched:
/// if nobody sends it in time, the peer broke its promise. Source: gossipsub v1.1, "Spam Protection Measures".
/// </summary>
internal sealed class Promises(TimeSpan followUp, int capacity)
{
    private readonly Dictionary<MessageId, Dictionary<PeerId, TimeSpan>> _promises = [];
    private readonly Queue<(MessageId Id, PeerId Peer, TimeSpan Due)> _byDue = new();

    public int Count => _byDue.Count;

    /// <summary>Watches a message, unless too many are watched already.</summary>
    public void Add(MessageId id, PeerId peer, TimeSpan now)
    {
        if (_byDue.Count >= capacity)
        {
            return;
        }

        if (!_promises.TryGetValue(id, out Dictionary<PeerId, TimeSpan>? peers))
        {
            _promises.Add(id, peers = []);
        }

        if (peers.TryAdd(peer, now + followUp))
        {
            _byDue.Enqueue((id, peer, now + followUp));
        }
    }

    /// <summary>The message came, from whomever.</summary>
    public void Fulfil(MessageId id) => _promises.Remove(id);

    /// <summary>The peers whose promises are overdue, once for each broken promise.</summary>
    public IEnumerable<PeerId> TakeBroken(TimeSpan now)
    {
        while (_byDue.TryPeek(out (MessageId Id, PeerId Peer, TimeSpan Due) promise) && promise.Due <= now)
        {
            _byDue.Dequeue();
            if (_promises.TryGetValue(promise.Id, out Dictionary<PeerId, TimeSpan>? peers)
                && peers.TryGetValue(promise.Peer, out TimeSpan due)
                && due == promise.Due)
            {
                peers.Remove(promise.Peer);
                if (peers.Count == 0)
                {
                    _promises.Remove(promise.Id);
                }

                yield return promise.Peer;
            }
        }
    }
}
