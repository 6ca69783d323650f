using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas.Kad;
using Infernet.Dht.Keys;
using Infernet.Dht.Lookups;
using Infernet.Dht.Protocol;

namespace Infernet.Dht.Records;

/// <summary>
/// Reads values: collects good ones until there is a quorum or all of the closest were asked, settles on the best, and
/// gives it to those that had none or a worse one. Source:
/// https://github.com/libp2p/specs/blob/master/kad-dht/README.md, "Value retrieval" and "Entry correction".
/// </summary>
internal sealed class ValueReader(
    PeerId self, LookupRunner lookups, KadClient client, RecordStore records, ValidatorSet validators,
    BackgroundTasks tasks, DhtOptions options)
{
    /// <summary>The best value under a key; null if nobody has a good one.</summary>
    public async Task<byte[]?> GetAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var search = new Search(key, validators, options);
        if (records.Get(key.Span) is { } own)
        {
            search.Take(null, own.Value);
        }

        if (search.Found < options.Quorum)
        {
            await lookups.RunAsync(
                Requests.GetValue(key.Span), search.TakeAnswer, cancellationToken).ConfigureAwait(false);
        }

        if (search.Best is not { } best)
        {
            return null;
        }

        if (search.SelfIsOutdated)
        {
            records.Put(key, best, self, out _);
        }

        Correct(key, best, search.Outdated());
        return best.ToArray();
    }

    private void Correct(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> best, IReadOnlyList<KadPeer> outdated)
    {
        if (outdated.Count == 0)
        {
            return;
        }

        Message put = Requests.PutValue(key.Span, best.Span);
        _ = tasks.Run("entry correction", stop => Task.WhenAll(
            outdated.Take(options.K).Select(peer => client.RequestAsync(peer.Id, put, stop))));
    }

    /// <summary>What one read has seen so far.</summary>
    private sealed class Search(ReadOnlyMemory<byte> key, ValidatorSet validators, DhtOptions options)
    {
        // A null peer is this node itself.
        private readonly List<(KadPeer? Peer, ReadOnlyMemory<byte> Value)> _values = [];
        private readonly List<KadPeer> _without = [];

        public ReadOnlyMemory<byte>? Best { get; private set; }

        public int Found => _values.Count;

        public bool SelfIsOutdated =>
            _values.Exists(v => v.Peer is null && Best is { } best && !best.Span.SequenceEqual(v.Value.Span));

        public bool TakeAnswer(KadPeer peer, Message answer)
        {
            ByteString? value = answer.Record is { } record && record.Key.Span.SequenceEqual(key.Span)
                ? record.Value
                : null;
            if (value is null || !validators.Validate(key, value.Memory, options.Time.GetUtcNow()).IsValid)
            {
                _without.Add(peer);
                return false;
            }

            Take(peer, value.Memory);
            return Found >= options.Quorum;
        }

        public void Take(KadPeer? peer, ReadOnlyMemory<byte> value)
        {
            _values.Add((peer, value));
            if (Best is not { } best || validators.IsBetter(key, best, value))
            {
                Best = value;
            }
        }

        /// <summary>
        /// Who answered with a worse value; and who with none, although it is nearer than one that had one.
        /// </summary>
        public IReadOnlyList<KadPeer> Outdated()
        {
            KadKey target = KadKey.Of(key.Span);
            var holders = _values.Where(v => v.Peer is not null).Select(v => (Peer: v.Peer!.Value, v.Value)).ToList();
            KadKey farthest = holders.Select(h => h.Peer.Key.DistanceTo(target)).DefaultIfEmpty().Max();
            return
            [
                .. holders.Where(h => !h.Value.Span.SequenceEqual(Best!.Value.Span)).Select(h => h.Peer),
                .. _without.Where(p => p.Key.DistanceTo(target).CompareTo(farthest) < 0),
            ];
        }
    }
}
