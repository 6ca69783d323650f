using Infernet.ContentStore.Blobs;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// Decides which block is asked of which peer. Pure: what happened comes in with its time, actions go out of
/// <see cref="Plan"/>. Items are numbers with a size; they are asked for in order, so that a file grows from its
/// front, and among the next few the rarest first. Each peer has as much in flight as it delivers in a while. Near the
/// end idle peers are asked for what slow ones owe. Not thread-safe.
/// </summary>
internal sealed class FetchSession(ExchangeOptions options)
{
    /// <summary>How far the rarest item is looked for ahead of the first missing one.</summary>
    private const int Lookahead = 64;

    /// <summary>The most peers that an item is asked of at a time.</summary>
    private const int MaxHolders = 2;

    /// <summary>The most items in one request.</summary>
    private const int MaxBatch = 64;

    private static readonly TimeSpan MinHedge = TimeSpan.FromMilliseconds(500);

    private readonly List<Item> _items = [];
    private readonly SortedDictionary<int, SessionPeer> _peers = [];
    private readonly List<SessionAction> _actions = [];
    private int _firstMissing;
    private int _missing;
    private int _done;

    /// <summary>Every item is here.</summary>
    public bool IsDone => _done == _items.Count;

    /// <summary>Peers that take part.</summary>
    public int PeerCount => _peers.Count;

    /// <summary>Adds an item that is wanted.</summary>
    /// <returns>Its number; they count from 0.</returns>
    public int AddItem(int size)
    {
        _items.Add(new Item { Size = size });
        _missing++;
        Renew();
        return _items.Count - 1;
    }

    /// <summary>A peer takes part from now on; it has these items, or all if null.</summary>
    public void AddPeer(int peer, ChunkBitmap? has, TimeSpan now) =>
        _peers.Add(peer, new SessionPeer(peer, has, options, now));

    /// <summary>Whether a peer takes part.</summary>
    public bool Knows(int peer) => _peers.ContainsKey(peer);

    /// <summary>A peer said anew what it has.</summary>
    public void UpdatePeer(int peer, ChunkBitmap? has, TimeSpan now)
    {
        if (_peers.TryGetValue(peer, out SessionPeer? known))
        {
            known.Update(has, now);
        }
    }

    /// <summary>A peer is gone; what it owed is asked of others.</summary>
    public void RemovePeer(int peer)
    {
        if (_peers.Remove(peer, out SessionPeer? gone))
        {
            foreach (int item in gone.InFlight.Keys)
            {
                Release(item);
            }
        }
    }

    /// <summary>Bytes of a block came from a peer, at this time.</summary>
    public void Heard(int peer, TimeSpan at)
    {
        if (_peers.TryGetValue(peer, out SessionPeer? known) && at > known.LastHeard)
        {
            known.LastHeard = at;
        }
    }

    /// <summary>A peer delivered an item, and it is stored. Others who owe it are told to spare it.</summary>
    public void Delivered(int peer, int item, TimeSpan now)
    {
        if (_peers.TryGetValue(peer, out SessionPeer? giver))
        {
            giver.Delivered(_items[item].Size, now);
            Forget(giver, item);
        }

        if (_items[item].State == ItemState.Done)
        {
            return;
        }

        _missing -= _items[item].State == ItemState.Missing ? 1 : 0;
        _items[item].State = ItemState.Done;
        _done++;
        foreach (SessionPeer other in _peers.Values.Where(other => other.InFlight.ContainsKey(item)))
        {
            Forget(other, item);
            _actions.Add(new SessionAction.Cancel(other.Id, item));
        }
    }

    /// <summary>A peer said that it does not have an item.</summary>
    public void Lacks(int peer, int item)
    {
        if (_peers.TryGetValue(peer, out SessionPeer? known))
        {
            known.Lacks(item);
            if (known.InFlight.ContainsKey(item))
            {
                Forget(known, item);
                Release(item);
            }
        }
    }

    /// <summary>Says what is to be done now. Called after every event, and now and then for the time-outs.</summary>
    public IReadOnlyList<SessionAction> Plan(TimeSpan now)
    {
        DropLatePeers(now);
        AssignMissing(now);
        if (_missing == 0)
        {
            Hedge(now);
        }

        AskForNews(now);
        SessionAction[] planned = [.. _actions];
        _actions.Clear();
        return planned;
    }

    private void DropLatePeers(TimeSpan now)
    {
        foreach (SessionPeer peer in _peers.Values.ToList())
        {
            string? reason = peer.LateReason(now, isMissing: _missing > 0);
            if (reason is not null)
            {
                RemovePeer(peer.Id);
                _actions.Add(new SessionAction.Drop(peer.Id, reason));
            }
        }
    }

    // One item for each peer in turn, so that a small file comes from all of them and not from the first.
    private void AssignMissing(TimeSpan now)
    {
        var batches = new Dictionary<int, List<int>>();
        bool assigned = true;
        while (assigned && _missing > 0)
        {
            assigned = false;
            foreach (SessionPeer peer in _peers.Values)
            {
                if (batches.GetValueOrDefault(peer.Id) is { Count: >= MaxBatch } || Pick(peer) is not { } item)
                {
                    continue;
                }

                Assign(peer, item, now);
                _missing--;
                _items[item].State = ItemState.Asked;
                (batches.TryGetValue(peer.Id, out List<int>? batch) ? batch : batches[peer.Id] = []).Add(item);
                assigned = true;
            }
        }

        _actions.AddRange(batches.Select(batch => new SessionAction.Request(batch.Key, batch.Value)));
    }

    private int? Pick(SessionPeer peer)
    {
        if (peer.IsExhausted || _missing == 0)
        {
            return null;
        }

        while (_items[_firstMissing].State != ItemState.Missing)
        {
            _firstMissing++;
        }

        bool rarity = _peers.Values.Any(other => other.Bitmap is not null);
        int seen = 0;
        int? best = null;
        int bestHolders = int.MaxValue;
        for (int i = _firstMissing; i < _items.Count && bestHolders > 1 && (seen < Lookahead || best is null); i++)
        {
            if (_items[i].State != ItemState.Missing || !peer.Has(i))
            {
                continue;
            }

            seen++;
            int holders = rarity ? _peers.Values.Count(other => other.Has(i)) : 1;
            if (holders < bestHolders)
            {
                best = i;
                bestHolders = holders;
            }
        }

        peer.IsExhausted = best is null;
        return best is { } item && peer.HasRoom(_items[item].Size) ? item : null;
    }

    // What a slow peer owes for twice the time that this one would take is asked of this one too.
    private void Hedge(TimeSpan now)
    {
        foreach (SessionPeer idle in _peers.Values)
        {
            if (idle.InFlight.Count > 0)
            {
                continue;
            }

            var owed = _peers.Values
                .Where(other => other != idle)
                .SelectMany(other => other.InFlight)
                .Where(debt => _items[debt.Key].Holders < MaxHolders && idle.Has(debt.Key))
                .OrderBy(debt => debt.Value)
                .Select(debt => ((int Item, TimeSpan Since)?)(debt.Key, debt.Value))
                .FirstOrDefault();
            if (owed is { } debt && now - debt.Since > MinHedge + (2 * idle.Estimate(_items[debt.Item].Size)))
            {
                Assign(idle, debt.Item, now);
                _actions.Add(new SessionAction.Request(idle.Id, [debt.Item]));
            }
        }
    }

    private void AskForNews(TimeSpan now)
    {
        foreach (SessionPeer peer in _peers.Values)
        {
            if (peer is { Bitmap: not null, InFlight.Count: 0 } && now - peer.LastAskedHave > options.HaveInterval)
            {
                peer.LastAskedHave = now;
                _actions.Add(new SessionAction.AskHave(peer.Id));
            }
        }
    }

    private void Assign(SessionPeer peer, int item, TimeSpan now)
    {
        if (peer.InFlight.Count == 0)
        {
            peer.LastHeard = now;
        }

        peer.InFlight.Add(item, now);
        peer.InFlightBytes += _items[item].Size;
        _items[item].Holders++;
    }

    private void Forget(SessionPeer peer, int item)
    {
        if (peer.InFlight.Remove(item))
        {
            peer.InFlightBytes -= _items[item].Size;
            _items[item].Holders--;
        }
    }

    private void Release(int item)
    {
        Item released = _items[item];
        released.Holders = _peers.Values.Count(peer => peer.InFlight.ContainsKey(item));
        if (released is { State: ItemState.Asked, Holders: 0 })
        {
            released.State = ItemState.Missing;
            _missing++;
            _firstMissing = Math.Min(_firstMissing, item);
            Renew();
        }
    }

    private void Renew()
    {
        foreach (SessionPeer peer in _peers.Values)
        {
            peer.IsExhausted = false;
        }
    }

    private enum ItemState : byte
    {
        Missing,
        Asked,
        Done,
    }

    private sealed class Item
    {
        public int Size { get; init; }

        public ItemState State { get; set; }

        public int Holders { get; set; }
    }
}
