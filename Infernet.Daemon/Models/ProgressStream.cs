using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Infernet.Core.Api;

namespace Infernet.Daemon.Models;

/// <summary>
/// Runs work that reports its progress, and streams the reports to one reader. A slow reader misses reports, never the
/// last one, which says how it ended. Whoever stops reading cancels the work.
/// </summary>
internal static class ProgressStream
{
    private const int MaxWaiting = 8;

    public static async IAsyncEnumerable<ModelProgress> RunAsync(
        Func<IProgress<ModelProgress>, CancellationToken, Task<ModelStatus>> work,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reports = Channel.CreateBounded<ModelProgress>(
            new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ModelProgress> last = FinishAsync(work, reports.Writer, abandoned.Token);
        try
        {
            await foreach (ModelProgress report in reports.Reader.ReadAllAsync(CancellationToken.None)
                .ConfigureAwait(false))
            {
                yield return report;
            }
        }
        finally
        {
            // Work that has ended is not disturbed by this.
            await abandoned.CancelAsync().ConfigureAwait(false);
            await ((Task)last).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        yield return await last.ConfigureAwait(false);
    }

    private static async Task<ModelProgress> FinishAsync(
        Func<IProgress<ModelProgress>, CancellationToken, Task<ModelStatus>> work,
        ChannelWriter<ModelProgress> reports, CancellationToken cancellationToken)
    {
        try
        {
            ModelStatus model = await work(new Reporter(reports), cancellationToken).ConfigureAwait(false);
            return new ModelProgress
            {
                Stage = "done", DoneBytes = model.SizeBytes, TotalBytes = model.SizeBytes, Model = model,
            };
        }
        catch (Exception failure) when (ModelErrors.Describe(failure) is { } error)
        {
            return new ModelProgress { Stage = "failed", Error = error };
        }
        finally
        {
            reports.Complete();
        }
    }

    private sealed class Reporter(ChannelWriter<ModelProgress> reports) : IProgress<ModelProgress>
    {
        public void Report(ModelProgress value) => reports.TryWrite(value);
    }
}
