using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>How an aggregator decides whom to trust.</summary>
internal interface ITrustModel
{
    /// <summary>What it thinks of a peer.</summary>
    Trust Of(PeerId peer, DateTimeOffset now);

    /// <summary>Hears a fact, of its own or of another.</summary>
    void Hear(Observation fact, DateTimeOffset now);
}
