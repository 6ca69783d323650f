using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>A verdict that an auditor gave, checked, and what it comes to.</summary>
internal sealed record Testimony(PeerId Auditor, byte[] Envelope, Verdict Verdict, ShardFinding Finding);
