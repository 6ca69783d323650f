using System.Threading.Channels;
using Infernet.Core.Identity;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// Draws providers from their source as a fetch has room for them, so that a look-up in the DHT goes no further than it
/// must. Each provider is named once.
/// </summary>
internal sealed class ProviderSearch(ExchangeOptions options, ChannelWriter<FetchEvent> events) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _room = new(options.MaxPeersPerFetch);
    private Task _running = Task.CompletedTask;

    public void Start(PeerId self, IAsyncEnumerable<PeerId> providers) =>
        _running = Task.Run(() => SearchAsync(self, providers));

    /// <summary>A provider that was found is gone, so another may be drawn.</summary>
    public void MakeRoom() => _room.Release();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _room.Dispose();
        _stop.Dispose();
    }

    private async Task SearchAsync(PeerId self, IAsyncEnumerable<PeerId> providers)
    {
        string? failure = null;
        try
        {
            await DrawAsync(self, providers).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception failed)
        {
            // Where providers come from is not known here, so neither is what may go wrong there.
            failure = failed.Message;
        }

        events.TryWrite(new FetchEvent.NoMoreProviders(failure));
    }

    private async Task DrawAsync(PeerId self, IAsyncEnumerable<PeerId> providers)
    {
        var seen = new HashSet<PeerId> { self };
        await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
        await foreach (PeerId peer in providers.WithCancellation(_stop.Token).ConfigureAwait(false))
        {
            if (!seen.Add(peer))
            {
                continue;
            }

            events.TryWrite(new FetchEvent.Found(peer));
            if (seen.Count > options.MaxProvidersPerFetch)
            {
                return;
            }

            await _room.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
    }
}
