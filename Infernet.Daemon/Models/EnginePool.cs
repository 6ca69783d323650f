using Infernet.ContentStore.Blobs;
using Infernet.Core.Multiformats;
using Infernet.Execution;
using Infernet.Execution.Hardware;
using Infernet.Execution.Llama;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Models;

/// <summary>
/// Loads the models that this node serves, one after the other since each may need most of the memory, and measures
/// each once. How a model stands is shown in the catalog.
/// </summary>
internal sealed partial class EnginePool(
    ModelCatalog catalog, BlobStore blobs, LlamaOptions options, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ILogger _log = loggers.CreateLogger("Infernet.Daemon.Models");

    /// <summary>Loads a model from the store; does nothing if it is loaded.</summary>
    /// <exception cref="InferenceException">It can't be loaded; the catalog shows why.</exception>
    public async Task LoadAsync(Cid root, IProgress<float>? progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (catalog.Find(root) is { Loaded: null } && blobs.TryGetPath(root, out string path))
            {
                await LoadAsync(root, path, progress, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Unloads a model; requests that run on it end with an error that lets them go elsewhere.</summary>
    public async Task UnloadAsync(Cid root)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            LoadedModel? loaded = catalog.Find(root)?.Loaded;
            catalog.Update(root, entry => entry with { State = ModelState.Ready, Loaded = null });
            if (loaded is not null)
            {
                await loaded.Engine.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ModelEntry entry in catalog.All().Where(e => e.Loaded is not null))
        {
            await UnloadAsync(entry.Root).ConfigureAwait(false);
        }

        _turn.Dispose();
    }

    private async Task LoadAsync(Cid root, string path, IProgress<float>? progress, CancellationToken cancellationToken)
    {
        catalog.Update(root, entry => entry with { State = ModelState.Loading, Detail = null });
        LlamaEngine? engine = null;
        try
        {
            engine = await LlamaEngine.LoadAsync(path, options, loggers, progress, cancellationToken)
                .ConfigureAwait(false);
            MeasuredSpeed speed = await SpeedProbe.MeasureAsync(engine, options.Clock, cancellationToken)
                .ConfigureAwait(false);
            var loaded = new LoadedModel(engine, speed.DecodeTokensPerSecond, speed.PrefillTokensPerSecond);
            catalog.Update(root, entry => entry with { State = ModelState.Serving, Loaded = loaded });
            LogLoaded(path, speed.DecodeTokensPerSecond);
        }
        catch (Exception failure)
        {
            if (engine is not null)
            {
                await engine.DisposeAsync().ConfigureAwait(false);
            }

            bool expected = failure is InferenceException;
            catalog.Update(root, entry => entry with
            {
                State = expected ? ModelState.Failed : ModelState.Ready, Detail = expected ? failure.Message : null,
            });
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded {Path}: {Speed:F0} tokens/s")]
    private partial void LogLoaded(string path, double speed);
}
