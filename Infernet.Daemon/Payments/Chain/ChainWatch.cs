using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Contracts;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>
/// Looks at the cluster now and then: goes on with what an earlier run left on its way, asks again for what one endpoint
/// alone calls done, and reads the own stake. Says what keeps it from that.
/// </summary>
internal sealed class ChainWatch(ChainClient chain, TransactionDesk desk, StakeDesk stakes)
{
    private volatile string? _problem;
    private bool _resumed;
    private uint _stakedJobs;

    /// <summary>
    /// Why the cluster can't be used: by the last look, or by what was asked since. What is known of it counts on for a
    /// while when it is away, so that alone would not tell.
    /// </summary>
    public string? Problem => chain.Problem ?? _problem;

    /// <summary>How many jobs at once the node's stake stood for when it was last seen; 0 where nothing is staked.</summary>
    public uint StakedJobs => Volatile.Read(ref _stakedJobs);

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!_resumed)
            {
                await desk.ResumeAsync(cancellationToken).ConfigureAwait(false);
                _resumed = true;
            }

            await desk.ReviewAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _stakedJobs, await stakes.JobsAtOnceAsync(cancellationToken).ConfigureAwait(false));
            _problem = null;
        }
        catch (Exception problem) when (problem is PaymentException or JournalException)
        {
            _problem = problem.Message;
        }
    }
}
