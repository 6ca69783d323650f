using Infernet.Core.Jobs;
using Infernet.Daemon.Audits;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Audits.Paying;
using Infernet.Daemon.Audits.Serving;
using Infernet.Daemon.Audits.Wire;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Reputation;
using Infernet.Libp2p.Hosting;
using Infernet.Solana.Programs;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Nodes;

/// <summary>Both sides of auditing on a node: what it judges for others, and how it has its own jobs judged.</summary>
internal sealed record NodeAudits(AuditService Serving, AuditCourt Court, AuditorPay? Pay)
{
    public static NodeAudits Open(
        Libp2pHost host, NodeProfile profile, CandidateSource candidates, ReputationService reputation,
        NodePayments? payments, NodeJournal journal, NodeOptions options, ILoggerFactory loggers, Teardown teardown)
    {
        JudgeBench bench = teardown.Own(new JudgeBench(profile.FindAuditor, options.Auditing.Slots));
        AuditService serving = teardown.Own(new AuditService(
            host.Identity, bench, peer => !reputation.Of(peer).IsExcluded, options.Auditing, options.Time,
            loggers.CreateLogger<AuditService>())
        {
            Earn = payments is null ? null : payments.Earner.AcceptAuditAsync,
        });
        host.Handle(AuditProtocol.Id, serving.ServeAsync);
        AuditorPay? pay = payments is null || options.Payments is not { } paid ? null : teardown.Own(new AuditorPay(
            payments.Payer, journal.AuditDues,
            new CanaryFunds(paid.Paying.CanaryBudget, journal.AuditDues, options.Time), options.Time,
            loggers.CreateLogger<AuditorPay>()));
        pay?.Start();
        AuditCourt court = teardown.Own(new AuditCourt(new CourtServices(
            host.Identity,
            async (peer, cancellationToken) => AuditLink.Asking(
                await host.OpenStreamAsync(peer, AuditProtocol.Id, cancellationToken).ConfigureAwait(false)),
            model => candidates.Known(new RequirementsSpecification(), model, null).Suitable
                .Where(c => c.PriceProblem is null).Select(c => new ServingAuditor(
                    c.Peer, c.Prices,
                    c.Payout is { } payout && Payees.FindWalletProblem(payout) is null ? payout : null)),
            reputation.Of,
            peer => NetworkGroup.Of(host.Peers.AddressesOf(peer)),
            reputation.RecordAuditorAsync,
            bench, options.Court, options.Time, loggers.CreateLogger<AuditCourt>())
        {
            Pay = pay,
        }));
        return new NodeAudits(serving, court, pay);
    }
}
