using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;

namespace Infernet.Daemon.Jobs.Matching;

/// <summary>A node that may work on a job: another one by its advert, or this one.</summary>
internal sealed record Candidate
{
    public required PeerId Peer { get; init; }

    public required IReadOnlyDictionary<Cid, ServedModel> Models { get; init; }

    public required Hardware Hardware { get; init; }

    public required int TotalSlots { get; init; }

    public required int FreeSlots { get; init; }

    /// <summary>What this node thinks of it; null where nothing is asked.</summary>
    public PeerStanding? Standing { get; init; }

    public static Candidate Of(VerifiedAdvert advert) => new()
    {
        Peer = advert.Peer,
        Models = advert.Models,
        Hardware = advert.Contents.Hardware,
        TotalSlots = (int)advert.Contents.TotalSlots,
        FreeSlots = (int)advert.Contents.FreeSlots,
    };
}
