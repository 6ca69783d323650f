using Infernet.Core.Jobs;
using Infernet.Daemon.Audits;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Audits.Serving;
using Infernet.Daemon.Audits.Wire;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Reputation;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Nodes;

/// <summary>Both sides of auditing on a node: what it judges for others, and how it has its own jobs judged.</summary>
internal sealed record NodeAudits(AuditService Serving, AuditCourt Court)
{
    public static NodeAudits Open(
        Libp2pHost host, NodeProfile profile, CandidateSource candidates, ReputationService reputation,
        NodeOptions options, ILoggerFactory loggers, Teardown teardown)
    {
        JudgeBench bench = teardown.Own(new JudgeBench(profile.FindAuditor, options.Auditing.Slots));
        AuditService serving = teardown.Own(new AuditService(
            host.Identity, bench, peer => !reputation.Of(peer).IsExcluded, options.Auditing, options.Time,
            loggers.CreateLogger<AuditService>()));
        host.Handle(AuditProtocol.Id, serving.ServeAsync);
        AuditCourt court = teardown.Own(new AuditCourt(new CourtServices(
            host.Identity,
            async (peer, cancellationToken) => AuditLink.Asking(
                await host.OpenStreamAsync(peer, AuditProtocol.Id, cancellationToken).ConfigureAwait(false)),
            model => candidates.Known(new RequirementsSpecification(), model, null).Suitable.Select(c => c.Peer),
            reputation.Of,
            peer => NetworkGroup.Of(host.Peers.AddressesOf(peer)),
            reputation.RecordAuditorAsync,
            bench, options.Court, options.Time, loggers.CreateLogger<AuditCourt>())));
        return new NodeAudits(serving, court);
    }
}
