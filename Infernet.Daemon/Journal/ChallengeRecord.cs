using Infernet.Core.Identity;

namespace Infernet.Daemon.Journal;

/// <summary>How a challenge that this node made ended. The rate is 0 where nothing was measured.</summary>
internal sealed record ChallengeRecord(
    PeerId Peer, string Kernel, long Size, double Rate, string Verdict, string Reason, DateTimeOffset At);
