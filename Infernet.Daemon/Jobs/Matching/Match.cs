using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Matching;

/// <summary>Who can work on a job, the fastest first, and who can't, with the reason.</summary>
internal sealed record Match(IReadOnlyList<Candidate> Suitable, IReadOnlyList<(PeerId Peer, string Reason)> Unsuitable)
{
    /// <summary>Nodes that were looked at.</summary>
    public int Reachable => Suitable.Count + Unsuitable.Count;
}
