using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>An attempt that failed.</summary>
internal sealed record ShardFailure(AttemptId Attempt, PeerId Peer, string Reason)
{
    public override string ToString() => $"{Attempt}, on {Peer}: {Reason}";
}
