using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Journal;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Nodes;

/// <summary>
/// Journals where peers were reached, so that a restarted node finds its network again when its bootstrap peers are
/// gone. Beside everything else: a peer more or less in the file matters to nobody.
/// </summary>
internal sealed partial class PeerMemory : IAsyncDisposable
{
    private const int MaxWaiting = 256;
    private const int MaxRemembered = 32;

    private readonly Libp2pHost _host;
    private readonly PeerTable _table;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<PeerId> _met = Channel.CreateBounded<PeerId>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Task _writing;

    public PeerMemory(Libp2pHost host, PeerTable table, TimeProvider time, ILogger log)
    {
        (_host, _table, _time, _log) = (host, table, time, log);
        host.PeerIdentified += Met;
        _writing = WriteAsync();
    }

    /// <summary>Addresses of the peers that were met last, each with its peer at the end.</summary>
    public static IReadOnlyList<Multiaddr> Recall(PeerTable table, PeerId self) =>
        [.. table.Latest(MaxRemembered).Where(p => p.Peer != self)
            .SelectMany(p => p.Addresses.Take(1).Select(a => a.WithPeer(p.Peer)))];

    public async ValueTask DisposeAsync()
    {
        _host.PeerIdentified -= Met;
        _met.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    private void Met(PeerId peer) => _met.Writer.TryWrite(peer);

    private async Task WriteAsync()
    {
        await foreach (PeerId peer in _met.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                if (_host.Peers.AddressesOf(peer) is { Count: > 0 } addresses)
                {
                    await _table.SawAsync(peer, addresses, _time.GetUtcNow(), CancellationToken.None)
                        .ConfigureAwait(false);
                }
            }
            catch (JournalException full)
            {
                LogNotRemembered(peer, full.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The address of {Peer} was not journaled: {Reason}")]
    private partial void LogNotRemembered(PeerId peer, string reason);
}
