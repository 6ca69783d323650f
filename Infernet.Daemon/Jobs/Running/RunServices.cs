using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Journal;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>What every running job uses of its node.</summary>
/// <param name="Identity">Signs acknowledgements.</param>
/// <param name="Journal">Where everything is durable.</param>
/// <param name="Candidates">Who could work.</param>
/// <param name="Open">Opens a link to a node, this one included.</param>
/// <param name="Options">Time-outs and limits.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">Where the odd things go.</param>
internal sealed record RunServices(
    NodeIdentity Identity, NodeJournal Journal, CandidateSource Candidates,
    Func<PeerId, CancellationToken, Task<JobLink>> Open, RunOptions Options, TimeProvider Time, ILogger Log);
