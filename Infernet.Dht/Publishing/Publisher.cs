using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Kad;
using Infernet.Dht.Keys;
using Infernet.Dht.Lookups;
using Infernet.Dht.Protocol;
using Infernet.Dht.Providers;
using Infernet.Dht.Records;
using Infernet.Dht.Routing;
using Microsoft.Extensions.Logging;

namespace Infernet.Dht.Publishing;

/// <summary>
/// Publishes this node's values and provider records, and publishes them again in time (see
/// <see cref="RepublishSchedule"/>). Bounded; thread-safe. Source:
/// https://github.com/libp2p/specs/blob/master/kad-dht/README.md, "Value storage" and "Content provider advertisement".
/// </summary>
internal sealed partial class Publisher(
    PeerId self, Func<IReadOnlyList<Multiaddr>> ownAddresses, RoutingTable table, LookupRunner lookups,
    ProviderFinder finder, Spreader spreader, RecordStore records, ProviderStore providers, DhtOptions options,
    ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(bool IsValue, KadKey Key), Publication> _publications = [];

    /// <summary>How many values and provider records are kept published.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _publications.Count;
            }
        }
    }

    /// <summary>Publishes a value and keeps it published while it is good.</summary>
    public Task<PublishResult> PutValueAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        PutOutcome outcome = records.Put(key, value, self, out string reason);
        if (outcome == PutOutcome.Invalid)
        {
            throw new ArgumentException($"The value can't be published: {reason}.", nameof(value));
        }

        if (outcome == PutOutcome.Outdated)
        {
            throw new ArgumentException("The value can't be published: a better one is known already.", nameof(value));
        }

        return SpreadAsync(Register(new Publication(key.ToArray(), value.ToArray(), null)), cancellationToken);
    }

    /// <summary>Announces this node as a provider and keeps announcing it.</summary>
    public Task<PublishResult> ProvideAsync(
        ReadOnlyMemory<byte> key, ProviderKey? name, CancellationToken cancellationToken) =>
        SpreadAsync(Register(new Publication(key.ToArray(), null, name)), cancellationToken);

    /// <summary>Stops announcing.</summary>
    public void StopProviding(ReadOnlyMemory<byte> key)
    {
        lock (_gate)
        {
            _publications.Remove((false, KadKey.Of(key.Span)));
        }

        providers.Remove(key.Span, self);
    }

    /// <summary>Publishes again what is due; values that are no longer good are forgotten.</summary>
    public async Task RepublishDueAsync(CancellationToken cancellationToken)
    {
        foreach (Publication publication in Due())
        {
            if (publication.Value is { } value
                && records.Put(publication.Key, value, self, out string reason) is PutOutcome.Invalid
                    or PutOutcome.Outdated)
            {
                LogForgotten(reason);
                lock (_gate)
                {
                    _publications.Remove((true, KadKey.Of(publication.Key.Span)));
                }

                continue;
            }

            try
            {
                await SpreadAsync(publication, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException slow)
            {
                LogSlow(slow.Message);
            }
        }
    }

    private Publication Register(Publication publication)
    {
        lock (_gate)
        {
            (bool, KadKey) at = (publication.Value is not null, KadKey.Of(publication.Key.Span));
            if (!_publications.ContainsKey(at) && _publications.Count >= options.MaxPublications)
            {
                throw new InvalidOperationException(
                    $"This node publishes {options.MaxPublications} records already, as many as it may.");
            }

            return _publications[at] = publication;
        }
    }

    private Publication[] Due()
    {
        int reachable = Math.Min(table.Count, options.K);
        lock (_gate)
        {
            return
            [
                .. _publications.Values.Where(p => !p.Busy && RepublishSchedule.IsDue(
                    p.SpreadAt is { } at ? options.Time.GetElapsedTime(at) : null,
                    p.Confirmed, p.Shortfalls, reachable, options)),
            ];
        }
    }

    private async Task<PublishResult> SpreadAsync(Publication publication, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            publication.Busy = true;
        }

        bool handedOver = false;
        try
        {
            (IReadOnlyList<KadPeer> targets, Message message) = publication.Value is { } value
                ? await PlaceValueAsync(publication, value, cancellationToken).ConfigureAwait(false)
                : await PlaceProviderAsync(publication, cancellationToken).ConfigureAwait(false);
            handedOver = true;
            return await spreader
                .SpreadAsync(targets, message, confirmed => Note(publication, confirmed), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            if (!handedOver)
            {
                Note(publication, 0);
            }
        }
    }

    private async Task<(IReadOnlyList<KadPeer>, Message)> PlaceValueAsync(
        Publication publication, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        LookupResult found = await lookups.FindClosestAsync(publication.Key, cancellationToken).ConfigureAwait(false);
        return (found.Closest, Requests.PutValue(publication.Key.Span, value.Span));
    }

    private async Task<(IReadOnlyList<KadPeer>, Message)> PlaceProviderAsync(
        Publication publication, CancellationToken cancellationToken)
    {
        // This node is a provider for whoever asks it, also while nobody else knows.
        providers.Add(publication.Key.Span, self, ownAddresses());
        (ReadOnlyMemory<byte> key, IReadOnlyList<KadPeer> closest) = publication.Name is { } name
            ? await finder.FindPlaceAsync(name, cancellationToken).ConfigureAwait(false)
            : (publication.Key, (await lookups.FindClosestAsync(publication.Key, cancellationToken)
                .ConfigureAwait(false)).Closest);
        return (closest, Requests.AddProvider(key.Span, self, ownAddresses()));
    }

    private void Note(Publication publication, int confirmed)
    {
        int reachable = Math.Min(table.Count, options.K);
        lock (_gate)
        {
            publication.Busy = false;
            publication.SpreadAt = options.Time.GetTimestamp();
            publication.Confirmed = confirmed;
            publication.Shortfalls = confirmed < reachable ? publication.Shortfalls + 1 : 0;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A value is no longer published: {Reason}")]
    private partial void LogForgotten(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A publication has to wait: {Reason}")]
    private partial void LogSlow(string reason);
}
