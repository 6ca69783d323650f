using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Dht;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Nodes;

/// <summary>Asks members of the committee, whom nobody need know beforehand: they are looked for in the DHT.</summary>
/// <param name="host">Asks.</param>
/// <param name="dht">Finds.</param>
/// <param name="own">This node as a member; null if it is none.</param>
/// <param name="time">The clock.</param>
internal sealed class CommitteeLinks(Libp2pHost host, KademliaDht dht, AttestDesk? own, TimeProvider time)
{
    /// <summary>A member's answer.</summary>
    /// <exception cref="IOException">It can't be found or reached, or answers nonsense.</exception>
    /// <exception cref="TimeoutException">It can't be found or does not answer in time.</exception>
    public async Task<ReleaseAnswer> AskAsync(
        PeerId member, ReleaseRequest request, CancellationToken cancellationToken)
    {
        if (member == host.Id)
        {
            return own is null
                ? AttestDesk.Refuse("this node's own setting 'committee' is off")
                : await own.AnswerAsync(request, member, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await AskKnownAsync(member, request, cancellationToken).ConfigureAwait(false);
        }
        catch (DialException)
        {
            PeerInfo found = await dht.FindPeerAsync(member, cancellationToken).ConfigureAwait(false)
                ?? throw new DialException("nobody in the network knows where it is");
            host.Peers.AddAddresses(found.Id, found.Addresses);
            return await AskKnownAsync(member, request, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ReleaseAnswer> AskKnownAsync(
        PeerId member, ReleaseRequest request, CancellationToken cancellationToken) => OneQuestion.AskAsync(
        host, member, AttestProtocol.Id, request, ReleaseAnswer.Parser, AttestProtocol.MaxAnswerSize, time,
        cancellationToken);
}
