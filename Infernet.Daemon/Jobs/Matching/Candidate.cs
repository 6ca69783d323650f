using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Challenges.Results;
using Infernet.Solana.Keys;

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

    /// <summary>The part of its claimed speed that it is ranked by: less than 1 if it was measured far below it.</summary>
    public double MeasuredShare { get; init; } = 1;

    /// <summary>What it asks; nothing for this node itself.</summary>
    public Prices Prices { get; init; } = new();

    /// <summary>What is wrong with the prices that it says; null if nothing is.</summary>
    public string? PriceProblem { get; init; }

    /// <summary>Where it is paid; null if it does not say.</summary>
    public Address? Payout { get; init; }

    /// <summary>Whether it takes escrows.</summary>
    public bool TakesEscrows { get; init; }

    /// <summary>A peer by its advert, and by what this node measured of it.</summary>
    public static Candidate Of(VerifiedAdvert advert, double? measured)
    {
        string? problem = Prices.Read(advert.Contents.Prices, out Prices prices);
        return new Candidate
        {
            Peer = advert.Peer,
            Models = advert.Models,
            Hardware = advert.Contents.Hardware,
            TotalSlots = (int)advert.Contents.TotalSlots,
            FreeSlots = (int)advert.Contents.FreeSlots,
            MeasuredShare = MeasuredClass.Share(advert.Contents.Hardware, advert.Measurements, measured),
            Prices = prices,
            PriceProblem = problem,
            TakesEscrows = advert.Contents.TakesEscrows,
            Payout = advert.Contents.PayoutAddress is { Length: Address.Length } payout ? new Address(payout.Span) : null,
        };
    }
}
