using Infernet.Core.Identity;
using Infernet.Daemon.Audits;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Reputation;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>What every running job uses of its node.</summary>
/// <param name="Identity">Signs acknowledgements.</param>
/// <param name="Journal">Where everything is durable.</param>
/// <param name="Candidates">Who could work.</param>
/// <param name="Open">Opens a link to a node, this one included.</param>
/// <param name="Court">Lets answers be judged.</param>
/// <param name="Reputation">What is thought of providers.</param>
/// <param name="Facts">Takes what both sides signed.</param>
/// <param name="Reveals">Makes evidence of verdicts.</param>
/// <param name="Payer">Pays for work; null on a node that does not.</param>
/// <param name="Options">Time-outs and limits.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">Where the odd things go.</param>
internal sealed record RunServices(
    NodeIdentity Identity, NodeJournal Journal, CandidateSource Candidates,
    Func<PeerId, CancellationToken, Task<JobLink>> Open, AuditCourt Court, ReputationService Reputation,
    FactRecorder Facts, VerdictReveals Reveals, Payer? Payer, RunOptions Options, TimeProvider Time, ILogger Log);
