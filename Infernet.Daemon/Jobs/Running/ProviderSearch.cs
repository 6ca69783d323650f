using System.Threading.Channels;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Jobs.Matching;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// Looks for providers as long as a job runs: among what is known whenever that changes, all around from time to time,
/// and soon when there are none. It also lets the loop see the clock. Both stop when they are told to.
/// </summary>
/// <param name="needed">What a provider must have.</param>
/// <param name="model">What it must serve.</param>
/// <param name="terms">What it may be paid.</param>
/// <param name="enough">How many are enough.</param>
/// <param name="services">What the job uses of its node.</param>
/// <param name="inbox">The loop's.</param>
internal sealed class ProviderSearch(
    RequirementsSpecification needed, Cid model, JobTerms terms, int enough, RunServices services, ChannelWriter<RunEvent> inbox)
{
    private readonly Channel<bool> _lookAgain = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile bool _alone = true;

    /// <summary>Whether nobody works on the job, so that it is time to look soon.</summary>
    public bool IsAlone
    {
        get => _alone;
        set => _alone = value;
    }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(TickAsync(cancellationToken), MatchAsync(cancellationToken));

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(services.Options.TickInterval, services.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            // A full inbox moves the clock along by itself.
            inbox.TryWrite(new RunEvent.Happened(new Dispatch.DispatchEvent.Tick()));
        }
    }

    private async Task MatchAsync(CancellationToken cancellationToken)
    {
        services.Candidates.Changed += LookAgain;
        try
        {
            while (true)
            {
                bool changed = await WaitForChangeAsync(cancellationToken).ConfigureAwait(false);
                Match match = changed
                    ? services.Candidates.Known(needed, model, terms)
                    : await services.Candidates.SearchAsync(needed, model, terms, enough, cancellationToken)
                        .ConfigureAwait(false);
                await inbox.WriteAsync(new RunEvent.Matched(match), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            services.Candidates.Changed -= LookAgain;
        }
    }

    private void LookAgain() => _lookAgain.Writer.TryWrite(true);

    /// <summary>Whether something changed; false when it is time to look all around.</summary>
    private async Task<bool> WaitForChangeAsync(CancellationToken cancellationToken)
    {
        TimeSpan patience = _alone ? services.Options.MatchInterval : services.Options.SearchInterval;
        using var limit = new CancellationTokenSource(patience, services.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await _lookAgain.Reader.ReadAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
