using Infernet.Core.Identity;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>One provider's answer to an input that several answer. It signed for it before any was looked at.</summary>
internal sealed record Vote(PeerId Peer, OutputRecord Answer);
