using Infernet.Core.Identity;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Nodes;

/// <summary>
/// Opens links for jobs: a stream to another node, or a pair of pipes to this one, which then computes for itself by
/// the very code that computes for others.
/// </summary>
internal sealed class JobLinks(Libp2pHost host, ProviderService provider)
{
    public async Task<JobLink> OpenAsync(PeerId peer, CancellationToken cancellationToken)
    {
        if (peer != host.Id)
        {
            return JobLink.Over(
                await host.OpenStreamAsync(peer, JobProtocol.Id, cancellationToken).ConfigureAwait(false));
        }

        (JobLink mine, JobLink its) = JobLink.Loopback(host.Id);
        provider.Serve(its);
        return mine;
    }
}
