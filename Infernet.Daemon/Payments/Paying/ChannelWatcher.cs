using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Settlement;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// Looks after channels and escrows that nobody uses: goes on with transactions that a crash left behind, closes what is
/// idle, and fetches what is left when its time has come. <see cref="ChannelPolicy"/> decides; what fails is tried again.
/// </summary>
internal sealed partial class ChannelWatcher(
    Payer payer, ChannelBook book, ChannelDesk desk, EscrowOpener escrows, ChainClient chain, PayingOptions options,
    TimeProvider time, ILogger log)
{
    private static readonly TimeSpan ReviewInterval = TimeSpan.FromHours(1);

    // Beyond its term a channel is kept for as long as the program's longest delay.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(30);

    private DateTimeOffset _reviewAt;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.WatchInterval, time);
        do
        {
            await LookAsync(cancellationToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Looks at every channel once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (PayChannel channel in book.All().Where(c => c.IsLive))
        {
            try
            {
                await payer.ExclusivelyAsync(
                    channel.Peer, () => LookAsync(book.Find(channel.Address)!, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is PaymentException or JournalException)
            {
                LogLater($"{channel.Address}", failure.Message);
            }
        }

        DateTimeOffset now = time.GetUtcNow();
        if (now >= _reviewAt || _reviewAt - now > ReviewInterval)
        {
            _reviewAt = time.GetUtcNow() + ReviewInterval;
            await ReviewAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// That a channel is gone was one endpoint's word, which may have been early, or a lie: what is found again is ended
    /// again, so that no deposit is left lying.
    /// </summary>
    private async Task ReviewAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset oldest = time.GetUtcNow() - options.Term - LongestDelay;
        foreach (PayChannel ended in book.All().Where(c => !c.IsLive && c.OpenedAt > oldest))
        {
            try
            {
                await ReviewAsync(ended, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is PaymentException or JournalException)
            {
                LogLater($"{ended.Address}", failure.Message);
            }
        }
    }

    private async Task ReviewAsync(PayChannel ended, CancellationToken cancellationToken)
    {
        string? again = ended.Escrow is not null
            ? await chain.EscrowAsync(ended.Address, cancellationToken).ConfigureAwait(false) is null
                ? null : PayChannelState.Open
            : ended.State == PayChannelState.Closed
                && await chain.ChannelAsync(ended.Address, cancellationToken).ConfigureAwait(false) is not null
                ? PayChannelState.Closing : null;
        if (again is not null)
        {
            await desk.SaveAsync(
                ended with { State = again, Note = "it was said to be closed, and is still there" }, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task<PayChannel> LookAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        if (channel.Escrow is not null)
        {
            return await escrows.LookAsync(channel, cancellationToken).ConfigureAwait(false);
        }

        ClusterFacts facts = await chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        if (channel.Genesis != facts.Genesis)
        {
            // This cluster knows nothing of it, and the deposit is where it is.
            return channel;
        }

        ChannelState? state = await chain.ChannelAsync(channel.Address, cancellationToken).ConfigureAwait(false);
        ChannelStep step = ChannelPolicy.Next(
            channel, state, book.IsInUse(channel.Address), time.GetUtcNow(), options);
        return await (step switch
        {
            ChannelStep.Resume => desk.ResumeAsync(channel, cancellationToken),
            ChannelStep.Close => payer.CloseAsync(channel, cancellationToken),
            ChannelStep.RequestClose => desk.RequestCloseAsync(channel, cancellationToken),
            ChannelStep.Reclaim => desk.ReclaimAsync(channel, cancellationToken),
            ChannelStep.Forget => desk.ForgetAsync(channel, cancellationToken),
            _ => Task.FromResult(channel),
        }).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The channel {Channel} is looked after later: {Reason}")]
    private partial void LogLater(string channel, string reason);
}
