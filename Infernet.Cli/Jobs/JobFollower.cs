using System.Threading.Channels;
using Infernet.Cli.Client;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary>
/// Follows a job until it ends. Results, events and status arrive on three requests at once and are handled one after
/// the other, so that what is drawn and what is written never mix.
/// </summary>
internal sealed class JobFollower(ApiClient api, TimeProvider time, string jobId)
{
    private const int QueueLength = 1024;
    private static readonly TimeSpan DrawInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Which of the streams to open.</summary>
    public bool WantsResults { get; init; }

    public bool WantsEvents { get; init; }

    public bool WantsStatus { get; init; }

    /// <summary>Hands each update to <paramref name="handle"/>; returns the job as it ended.</summary>
    public async Task<JobStatus> RunAsync(Action<JobUpdate> handle, CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<JobUpdate>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pump = PumpAsync(queue.Writer, stop.Token);
        try
        {
            await foreach (JobUpdate update in queue.Reader.ReadAllAsync(cancellationToken))
            {
                handle(update);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await pump;
        }

        return await GetStatusAsync(cancellationToken);
    }

    // Never fails: what goes wrong comes out of the queue's reader.
    private async Task PumpAsync(ChannelWriter<JobUpdate> queue, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task status = WantsStatus ? PumpStatusAsync(queue, ended.Token) : Task.CompletedTask;
        Exception? problem = null;
        try
        {
            await Task.WhenAll(PumpResultsAsync(queue, ended.Token), PumpEventsAsync(queue, ended.Token));
        }
        catch (Exception failed)
        {
            problem = failed;
        }

        await ended.CancelAsync();
        await status.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        queue.Complete(problem);
    }

    private async Task PumpResultsAsync(ChannelWriter<JobUpdate> queue, CancellationToken cancellationToken)
    {
        if (!WantsResults)
        {
            return;
        }

        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{ApiRequest.JobPath(jobId)}/results?follow=true");
        await foreach (JobResult result in api.StreamAsync(request, ApiJson.Default.JobResult, cancellationToken))
        {
            await queue.WriteAsync(new JobUpdate(Result: result), cancellationToken);
        }
    }

    private async Task PumpEventsAsync(ChannelWriter<JobUpdate> queue, CancellationToken cancellationToken)
    {
        if (!WantsEvents)
        {
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{ApiRequest.JobPath(jobId)}/events?after=0");
        await foreach (JobEvent happened in api.StreamAsync(request, ApiJson.Default.JobEvent, cancellationToken))
        {
            await queue.WriteAsync(new JobUpdate(Event: happened), cancellationToken);
        }
    }

    private async Task PumpStatusAsync(ChannelWriter<JobUpdate> queue, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(DrawInterval, time);
        do
        {
            await queue.WriteAsync(new JobUpdate(Status: await GetStatusAsync(cancellationToken)), cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private Task<JobStatus> GetStatusAsync(CancellationToken cancellationToken) =>
        api.GetAsync(ApiRequest.JobPath(jobId), ApiJson.Default.JobStatus, cancellationToken);
}
