using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>Remembers stakes for a while: they are asked for with every job, and change seldom.</summary>
internal sealed class StakeCache(ChainOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Address, (NodeState? Stake, long At)> _known = [];

    public async Task<NodeState?> GetAsync(Address owner, Func<Task<NodeState?>> ask)
    {
        lock (_gate)
        {
            if (_known.TryGetValue(owner, out (NodeState? Stake, long At) known)
                && time.GetElapsedTime(known.At) < options.StakeAge)
            {
                return known.Stake;
            }
        }

        return await ask().ConfigureAwait(false);
    }

    public void Put(Address owner, NodeState? stake)
    {
        lock (_gate)
        {
            if (_known.Count >= options.MaxStakes && !_known.ContainsKey(owner))
            {
                _known.Remove(_known.MinBy(k => k.Value.At).Key);
            }

            _known[owner] = (stake, time.GetTimestamp());
        }
    }
}
