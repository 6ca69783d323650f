using System.Threading.Channels;
using Infernet.Core.Multiformats;
using Infernet.Dht;
using Infernet.Dht.Providers;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Models;

/// <summary>
/// Tells the DHT which models this node has and serves, beside whoever asked for it: a network that answers slowly
/// must not make a command wait. The DHT renews what it was told once.
/// </summary>
internal sealed partial class ModelAnnouncer : IAsyncDisposable
{
    private const int MaxWaiting = 4_096;

    private readonly KademliaDht _dht;
    private readonly ILogger _log;
    private readonly Channel<ProviderKey> _keys = Channel.CreateBounded<ProviderKey>(MaxWaiting);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public ModelAnnouncer(KademliaDht dht, ILogger log)
    {
        (_dht, _log) = (dht, log);
        _running = AnnounceAsync(_stopping.Token);
    }

    /// <summary>Announces that this node has the file.</summary>
    public ValueTask HasAsync(Cid root, CancellationToken cancellationToken) =>
        _keys.Writer.WriteAsync(ProviderKeys.Content(root), cancellationToken);

    /// <summary>Announces that this node computes with the model.</summary>
    public ValueTask ServesAsync(Cid root, CancellationToken cancellationToken) =>
        _keys.Writer.WriteAsync(ProviderKeys.Model(root), cancellationToken);

    /// <summary>Stops announcing a model altogether.</summary>
    public void Withdraw(Cid root)
    {
        _dht.StopProviding(ProviderKeys.Content(root));
        _dht.StopProviding(ProviderKeys.Model(root));
    }

    public async ValueTask DisposeAsync()
    {
        _keys.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        await foreach (ProviderKey key in _keys.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await _dht.ProvideAsync(key, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failed) when (failed is IOException or TimeoutException)
            {
                LogNotAnnounced(key, failed.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Key} was not announced: {Reason}")]
    private partial void LogNotAnnounced(ProviderKey key, string reason);
}
