using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Identify;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.GossipSub.Streams;

/// <summary>
/// Dials peers that a PRUNE recommended, and direct peers: a few at a time, and no more than a few wait.
/// </summary>
internal sealed partial class PeerDialer : IAsyncDisposable
{
    private readonly Libp2pHost _host;
    private readonly ILogger _log;
    private readonly Channel<(PeerId Peer, ReadOnlyMemory<byte> Record)> _waiting;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _dialing;

    public PeerDialer(Libp2pHost host, GossipSubLimits limits, ILogger log)
    {
        (_host, _log) = (host, log);
        _waiting = Channel.CreateBounded<(PeerId, ReadOnlyMemory<byte>)>(
            new BoundedChannelOptions(limits.MaxWaitingDials) { FullMode = BoundedChannelFullMode.DropWrite });
        _dialing = Task.WhenAll(Enumerable.Range(0, limits.MaxConcurrentDials).Select(_ => DialAsync()));
    }

    /// <summary>Asks for a dial; when too many wait, nothing happens.</summary>
    public void Enqueue(PeerId peer, ReadOnlyMemory<byte> signedRecord) =>
        _waiting.Writer.TryWrite((peer, signedRecord));

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _dialing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task DialAsync()
    {
        await foreach ((PeerId peer, ReadOnlyMemory<byte> record) in
            _waiting.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
        {
            // Only the peer's own word is taken for where it is; without one, what is known already has to do.
            if (!record.IsEmpty && !PeerFacts.TryAddRecord(record.Span, peer, _host.Peers))
            {
                LogBadRecord(peer);
                continue;
            }

            try
            {
                await _host.ConnectAsync(peer, _stopping.Token).ConfigureAwait(false);
            }
            catch (IOException failed)
            {
                LogNotDialled(peer, failed.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A PRUNE recommended {Peer} with a record that is not its own")]
    private partial void LogBadRecord(PeerId peer);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Could not reach {Peer} for GossipSub: {Reason}")]
    private partial void LogNotDialled(PeerId peer, string reason);
}
