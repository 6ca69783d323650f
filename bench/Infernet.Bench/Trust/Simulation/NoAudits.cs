using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>What others do: whoever answers is believed.</summary>
internal sealed class NoAudits : ITrustModel
{
    public Trust Of(PeerId peer, DateTimeOffset now) => new(false, 1, 0, long.MaxValue);

    public void Hear(Observation fact, DateTimeOffset now)
    {
    }
}
