using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>The providers that work on the job now, those that may not come back, and why others went.</summary>
internal sealed class Fleet(DispatchOptions options)
{
    private readonly Dictionary<PeerId, ProviderState> _providers = [];
    private readonly HashSet<PeerId> _banned = [];
    private readonly List<string> _losses = [];

    public int Count => _providers.Count;

    public IReadOnlyCollection<ProviderState> Providers => _providers.Values;

    /// <summary>The first losses, a sentence each.</summary>
    public IReadOnlyList<string> Losses => _losses;

    /// <summary>What all of them do together.</summary>
    public double ItemsPerSecond => _providers.Values.Sum(p => p.ItemsPerSecond);

    public ProviderState this[PeerId peer] => _providers[peer];

    /// <summary>A provider that takes part; null if it does not.</summary>
    public ProviderState? Get(PeerId peer) => _providers.GetValueOrDefault(peer);

    /// <summary>Lets a provider take part, unless it is banned or does so already.</summary>
    public void Join(DispatchEvent.ProviderJoined joined, DateTimeOffset now)
    {
        if (!_banned.Contains(joined.Peer))
        {
            _providers.TryAdd(joined.Peer, new ProviderState(joined, options, now));
        }
    }

    /// <summary>Corrects how much may be out at a provider.</summary>
    public void SetCredit(DispatchEvent.CreditChanged changed)
    {
        if (_providers.TryGetValue(changed.Peer, out ProviderState? provider))
        {
            provider.CreditTokens = changed.CreditTokens;
        }
    }

    /// <summary>Corrects what may be out at a paid provider.</summary>
    public void SetFunds(DispatchEvent.FundsChanged changed) =>
        Get(changed.Peer)?.Purse?.Set(changed.Funds);

    /// <summary>Takes a provider out, and answers what was out at it.</summary>
    public IReadOnlyCollection<AttemptState> Lose(PeerId peer, string reason, bool banned)
    {
        if (banned)
        {
            _banned.Add(peer);
        }

        if (_losses.Count < options.MaxLossesTold)
        {
            _losses.Add($"{peer}: {reason}");
        }

        return _providers.Remove(peer, out ProviderState? provider) ? provider.Attempts.Values : [];
    }

    /// <summary>An attempt that is out at a provider; null if there is none such.</summary>
    public AttemptState? Find(PeerId peer, AttemptId attempt) =>
        _providers.GetValueOrDefault(peer)?.Attempts.GetValueOrDefault(attempt);
}
