using System.Threading.Channels;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>
/// What was decided about shards, on its way to the journal: a payment, or that something is withheld. The job's loop
/// hears of each once it is durable, and uses this alone.
/// </summary>
internal sealed class PaymentDecisions(JobRecord job, RunServices services, ChannelWriter<RunEvent> inbox) : IAsyncDisposable
{
    private readonly Dictionary<DueShard, Task> _writing = [];

    /// <summary>Whether something is on its way.</summary>
    public bool IsBusy => _writing.Count > 0;

    /// <summary>Begins to pay a shard, but for what is withheld.</summary>
    public void Decide(DueShard due, ulong withheld, string reason) => _writing[due] = TellAsync(due, withheld, reason);

    /// <summary>Begins to pay a shard of which nothing is withheld; the loop is told by whoever asked for it.</summary>
    public Task<RunEvent.Decided> PayAsync(DueShard due)
    {
        Task<RunEvent.Decided> writing = WriteAsync(due, 0, "");
        _writing[due] = writing;
        return writing;
    }

    /// <summary>Pays a shard whose judgements have all ended, but for the answers that lost theirs.</summary>
    public void DecideByVotes(DueShard due) => Decide(due, due.Lost, "answers of it lost their votes");

    /// <summary>The loop has heard of it.</summary>
    public void Remove(DueShard due) => _writing.Remove(due);

    /// <summary>Waits for what is on its way.</summary>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_writing.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task TellAsync(DueShard due, ulong withheld, string reason)
    {
        RunEvent.Decided decided = await WriteAsync(due, withheld, reason).ConfigureAwait(false);
        try
        {
            await inbox.WriteAsync(decided, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The node stops; the journal has it.
        }
    }

    private async Task<RunEvent.Decided> WriteAsync(DueShard due, ulong withheld, string reason)
    {
        (Payment? payment, Exception? failure) = (null, null);
        try
        {
            // In this order: after a crash in between, a shard of which a part is withheld is paid for the rest.
            if (due.Cost > withheld)
            {
                payment = await due.Provider.Account.PayAsync(due.Shard, due.Attempt, due.Cost - withheld)
                    .ConfigureAwait(false);
            }

            if (withheld > 0)
            {
                await services.Journal.Pay.WithholdAsync(
                    new WithheldRecord(
                        job.Row, due.Shard, due.Attempt, due.Provider.Peer.ToString(), withheld, reason,
                        services.Time.GetUtcNow()),
                    CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception failed) when (failed is PaymentException or JournalException)
        {
            failure = failed;
        }

        return new RunEvent.Decided(due, payment, withheld, reason, failure);
    }
}
