using System.Text;
using Infernet.Core.Identity;
using Infernet.Dht.Records;

namespace Infernet.Daemon.Adverts;

/// <summary>
/// Judges adverts in the DHT, under <c>/infernet/node/&lt;peer id&gt;</c>: only the peer itself can have signed the
/// record under its key, and the highest sequence number wins.
/// </summary>
internal sealed class AdvertValidator : IRecordValidator
{
    /// <summary>The namespace that this validator is for.</summary>
    public const string Namespace = "infernet/node";

    /// <summary>The key of a peer's advert.</summary>
    public static string Key(PeerId peer) => $"/{Namespace}/{peer}";

    public RecordVerdict Validate(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, DateTimeOffset now)
    {
        if (!AdvertEnvelope.TryOpen(value, now, out VerifiedAdvert advert, out string problem))
        {
            return RecordVerdict.Invalid($"The advert {problem}");
        }

        return key.Span.SequenceEqual(Encoding.UTF8.GetBytes(Key(advert.Peer)))
            ? RecordVerdict.Valid(advert.Expires)
            : RecordVerdict.Invalid($"The advert of {advert.Peer} lies under another key");
    }

    public int Select(ReadOnlyMemory<byte> key, IReadOnlyList<ReadOnlyMemory<byte>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int best = 0;
        ulong highest = 0;
        for (int i = 0; i < values.Count; i++)
        {
            ulong sequence = AdvertEnvelope.SequenceOf(values[i].Span);
            if (sequence > highest)
            {
                (best, highest) = (i, sequence);
            }
        }

        return best;
    }
}
