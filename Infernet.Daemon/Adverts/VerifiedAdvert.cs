using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Results;

namespace Infernet.Daemon.Adverts;

/// <summary>
/// An advert whose signature and contents were checked: by <see cref="AdvertEnvelope"/>, the only place that makes one.
/// </summary>
public sealed record VerifiedAdvert
{
    public required PeerId Peer { get; init; }

    /// <summary>What the peer offers; every field is within its limits.</summary>
    public required Advert Contents { get; init; }

    /// <summary>The signed bytes, to be handed on as they are.</summary>
    public required ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>Where the peer says it can be dialled, without the peer at the end.</summary>
    public required IReadOnlyList<Multiaddr> Addresses { get; init; }

    /// <summary>The models that it serves, by the CID of their file.</summary>
    public required IReadOnlyDictionary<Cid, ServedModel> Models { get; init; }

    /// <summary>What others measured of the peer, each signed by who did.</summary>
    public IReadOnlyList<Measurement> Measurements { get; init; } = [];

    public DateTimeOffset Expires => DateTimeOffset.FromUnixTimeMilliseconds(Contents.ExpiresUnixMs);
}
