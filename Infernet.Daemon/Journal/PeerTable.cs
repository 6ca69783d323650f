using Dapper;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Daemon.Journal;

/// <summary>Peers that answered before, so that a restarted node finds its network without bootstrap.</summary>
internal sealed class PeerTable(JournalStore store)
{
    private const int MaxPeers = 1_000;

    /// <summary>Remembers where a peer was reached; the ones that were not seen for longest make room.</summary>
    public Task SawAsync(
        PeerId peer, IReadOnlyList<Multiaddr> addresses, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                connection.Execute(
                    """
                    INSERT INTO peers(peer, addresses, seen_ms) VALUES(@peer, @addresses, @seen)
                    ON CONFLICT(peer) DO UPDATE SET addresses = @addresses, seen_ms = @seen
                    """,
                    new
                    {
                        peer = peer.ToString(), addresses = string.Join('\n', addresses),
                        seen = at.ToUnixTimeMilliseconds(),
                    });
                connection.Execute(
                    """
                    DELETE FROM peers WHERE peer NOT IN (SELECT peer FROM peers ORDER BY seen_ms DESC LIMIT @MaxPeers)
                    """,
                    new { MaxPeers });
            },
            cancellationToken);

    /// <summary>The peers that were seen last, each with its addresses.</summary>
    public IReadOnlyList<(PeerId Peer, IReadOnlyList<Multiaddr> Addresses)> Latest(int limit) =>
        store.Read(connection => connection.Query<(string Peer, string Addresses)>(
            "SELECT peer, addresses FROM peers ORDER BY seen_ms DESC LIMIT @limit", new { limit })
            .Select(row => (PeerId.Parse(row.Peer), Parse(row.Addresses))).ToList());

    private static IReadOnlyList<Multiaddr> Parse(string lines) =>
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Multiaddr.Parse).ToList();
}
