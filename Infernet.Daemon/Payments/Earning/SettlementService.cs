using System.Threading.Channels;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Daemon.Journal;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Watches the channels on which something is held or worked for, and settles them by <see cref="SettlementPolicy"/>;
/// escrows are released instead (<see cref="ReleaseDesk"/>).
/// One loop does all of it, so no channel is settled twice at a time. A chain that can't be asked is said in
/// <see cref="Problem"/>, and asked again later.
/// </summary>
internal sealed partial class SettlementService : IAsyncDisposable
{
    private const int MaxRequests = 16;

    private readonly EarningChain _chain;
    private readonly EarningJournal _journal;
    private readonly ChannelLookup _lookup;
    private readonly VoucherDesk _vouchers;
    private readonly SettlementDesk _desk;
    private readonly ReleaseDesk _releases;
    private readonly Func<string, bool> _isWorkedFor;
    private readonly EarningOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<string, (DateTimeOffset At, TimeSpan Pause, string Problem)> _retries = [];
    private readonly Channel<Wish> _wishes = Channel.CreateBounded<Wish>(MaxRequests);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private volatile string? _problem;

    /// <param name="chain">Where it is settled.</param>
    /// <param name="journal">What is held.</param>
    /// <param name="lookup">Reads channels.</param>
    /// <param name="vouchers">Is told when one was read, for those that waited for it.</param>
    /// <param name="isWorkedFor">Whether a job is open on a channel.</param>
    /// <param name="options">When to settle.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where settlements are told.</param>
    public SettlementService(
        EarningChain chain, EarningJournal journal, ChannelLookup lookup, VoucherDesk vouchers,
        Func<string, bool> isWorkedFor, EarningOptions options, TimeProvider time, ILogger log)
    {
        (_chain, _journal, _lookup, _vouchers) = (chain, journal, lookup, vouchers);
        (_isWorkedFor, _options, _time, _log) = (isWorkedFor, options, time, log);
        _desk = new SettlementDesk(chain, journal, time);
        _releases = new ReleaseDesk(chain, journal, isWorkedFor, time);
        _running = Task.Run(RunAsync);
    }

    /// <summary>What keeps vouchers from being settled; null when all is well.</summary>
    public string? Problem => _problem;

    /// <summary>Settles everything that is worth it now, and says what came of it; or only what would.</summary>
    public async Task<SettleReport> SettleAsync(bool dryRun, CancellationToken cancellationToken)
    {
        var wish = new Wish(dryRun);
        try
        {
            await _wishes.Writer.WriteAsync(wish, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ApiException("conflict", "The node is stopping.");
        }

        return await wish.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _wishes.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_wishes.Reader.TryRead(out Wish? wish))
        {
            wish.Answer.TrySetException(new ApiException("conflict", "The node is stopping."));
        }

        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Wish? wish = await NextAsync().ConfigureAwait(false);
            try
            {
                SettleReport report = wish is { DryRun: true }
                    ? await ForeseeAsync(_stopping.Token).ConfigureAwait(false)
                    : await RoundAsync(wish is not null, _stopping.Token).ConfigureAwait(false);
                wish?.Answer.TrySetResult(report);
            }
            catch (Exception failed) when (failed is JournalException or OperationCanceledException)
            {
                wish?.Answer.TrySetException(failed);
            }
        }
    }

    // The owner's next wish; null when it is time to look after the channels.
    private async Task<Wish?> NextAsync()
    {
        using var limit = new CancellationTokenSource(_options.WatchInterval, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        try
        {
            return await _wishes.Reader.ReadAsync(linked.Token).ConfigureAwait(false);
        }
        catch (Exception due) when (due is OperationCanceledException or ChannelClosedException)
        {
            return null;
        }
    }

    private async Task<SettleReport> RoundAsync(bool onDemand, CancellationToken cancellationToken)
    {
        var settled = new List<SettlementView>();
        var problems = new List<string>();
        foreach (EarningChannelRecord channel in Due(onDemand).ToList())
        {
            try
            {
                if (await VisitAsync(channel, onDemand, cancellationToken).ConfigureAwait(false) is { } view)
                {
                    settled.Add(view);
                }

                _retries.Remove(channel.Channel);
            }
            catch (PaymentException failed)
            {
                problems.Add(failed.Message);
                Postpone(channel.Channel, failed.Message);
            }
        }

        // What failed and waits for its next time has not been settled, whatever else went well meanwhile.
        _problem = problems.Concat(_retries.Values.Select(r => r.Problem)).FirstOrDefault() is { } problem
            ? $"what was earned can't be settled at the moment: {problem}"
            : null;
        return new SettleReport { Settled = settled, Problems = problems };
    }

    /// <summary>What settling on demand would do now.</summary>
    private async Task<SettleReport> ForeseeAsync(CancellationToken cancellationToken)
    {
        var quotes = new List<(SettlementView Due, SpendView Spend)>();
        var problems = new List<string>();
        foreach (EarningChannelRecord channel in Due(onDemand: true))
        {
            try
            {
                if (await ReadAsync(channel, onDemand: true, cancellationToken).ConfigureAwait(false) is var (read, _))
                {
                    quotes.Add(await QuoteAsync(read, cancellationToken).ConfigureAwait(false));
                }
            }
            catch (PaymentException failed)
            {
                problems.Add(failed.Message);
            }
        }

        return new SettleReport
        {
            Due = [.. quotes.Select(q => q.Due)],
            Spend = quotes.Count == 0 ? null : SettlementDesk.Sum([.. quotes.Select(q => q.Spend)]),
            Problems = problems,
        };
    }

    private async Task<(SettlementView Due, SpendView Spend)> QuoteAsync(
        EarningChannelRecord read, CancellationToken cancellationToken)
    {
        if (read.Escrow is null)
        {
            return await _desk.QuoteAsync(read, cancellationToken).ConfigureAwait(false);
        }

        SpendView spend = await _releases.QuoteAsync(read, cancellationToken).ConfigureAwait(false);
        return (SettlementDesk.Due(read, spend, _time.GetUtcNow()), spend);
    }

    private IEnumerable<EarningChannelRecord> Due(bool onDemand)
    {
        List<EarningChannelRecord> alive = [.. _journal.Channels.List(open: false).Where(
            c => !IsOver(c) && c.Program == _chain.Program.ToString() && c.Key.Mint == _chain.Mint)];
        foreach (string over in _retries.Keys.Except(alive.Select(c => c.Channel)).ToList())
        {
            _retries.Remove(over);
        }

        return alive.Where(c => IsDue(c, onDemand));
    }

    // A node that is behind, or lies, does not know a channel that is there: as long as its payer can't have got the rest
    // back by itself, what is held of one that seems gone is not given up.
    private bool IsOver(EarningChannelRecord channel) => channel.IsClosed
        && (channel.Unsettled <= 0 || _time.GetUtcNow() > channel.Expiry + channel.WithdrawDelay + _options.SettleAge);

    private bool IsDue(EarningChannelRecord channel, bool onDemand)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (_retries.TryGetValue(channel.Channel, out (DateTimeOffset At, TimeSpan Pause, string Problem) retry) && !onDemand)
        {
            // A clock that was set back since then puts nothing off.
            return now >= retry.At || retry.At - now > retry.Pause;
        }

        bool matters = channel.Unsettled > 0 || channel.Claimed > channel.Held || channel.CloseSignedAt is not null
            || _isWorkedFor(channel.Channel);
        return matters && (onDemand || channel.AgeAt(now) >= SettlementPolicy.Interval(channel, _options)
            || ReasonOf(channel, onDemand: false) is not null);
    }

    /// <summary>Reads a channel, and settles it if there is a reason.</summary>
    private async Task<SettlementView?> VisitAsync(
        EarningChannelRecord channel, bool onDemand, CancellationToken cancellationToken)
    {
        if (await ReadAsync(channel, onDemand, cancellationToken).ConfigureAwait(false) is not var (read, reason))
        {
            return null;
        }

        SettlementView? view = read.Escrow is null
            ? await _desk.SettleAsync(read, cancellationToken).ConfigureAwait(false)
            : await _releases.ReleaseAsync(read, reason == SettlementPolicy.Ends, cancellationToken).ConfigureAwait(false);
        if (view is not null)
        {
            LogSettled(view.Received, read.Name, read.Peer, reason);
        }

        return view;
    }

    private string? ReasonOf(EarningChannelRecord channel, bool onDemand) => channel.Escrow is { } escrow
        ? SettlementPolicy.ReleaseReason(
            channel, _isWorkedFor(channel.Channel),
            _journal.Earnings.OwedFor(channel.Peer, escrow.Escrow.Job.Span[^PaymentIntentEnvelope.IdLength..].ToArray()),
            _time.GetUtcNow(), onDemand, _options)
        : SettlementPolicy.Reason(channel, _time.GetUtcNow(), onDemand, _options);

    /// <summary>
    /// Reads a channel, and lets vouchers count that waited for it; answers it with the reason to settle it, or null.
    /// </summary>
    private async Task<(EarningChannelRecord Channel, string Reason)?> ReadAsync(
        EarningChannelRecord channel, bool onDemand, CancellationToken cancellationToken)
    {
        Asset asset = (await _chain.Facts(cancellationToken).ConfigureAwait(false)).Asset;
        EarningChannelRecord read = await _lookup.ReadAgainAsync(channel, cancellationToken).ConfigureAwait(false);
        if (read.CloseSignedAt is { } signed && !read.IsClosed && _time.GetUtcNow() - signed > _options.CloseWait)
        {
            // No block can take the closing transaction any more.
            await _journal.Channels.MarkClosingAsync(read.Channel, null, cancellationToken).ConfigureAwait(false);
            read = read with { CloseSignedAt = null };
        }

        await _vouchers.ConfirmAsync(read, asset, cancellationToken).ConfigureAwait(false);
        read = _journal.Channels.Find(read.Channel)!;
        if (read.IsClosed && !channel.IsClosed && read.Unsettled > 0)
        {
            LogLost(read.Name, read.Unsettled, read.Peer);
        }

        // What the two agreed to end settles with the end; if that comes to nothing, it is settled after. A payer that has
        // it signed for again and again, and never ends it, must not get the rest back meanwhile.
        return (read.CloseSignedAt is null || SettlementPolicy.IsUrgent(read, _time.GetUtcNow(), _options))
            && ReasonOf(read, onDemand) is { } reason
                ? (read, reason)
                : null;
    }

    private void Postpone(string channel, string problem)
    {
        TimeSpan pause = _retries.TryGetValue(channel, out (DateTimeOffset At, TimeSpan Pause, string Problem) last)
            ? TimeSpan.FromTicks(Math.Min(last.Pause.Ticks * 2, TimeSpan.TicksPerHour))
            : _options.SettleRetry;
        _retries[channel] = (_time.GetUtcNow() + pause, pause, problem);
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Earned {Amount} units on {Channel} of {Peer}: settled ({Reason})")]
    private partial void LogSettled(ulong amount, string channel, PeerId peer, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Closed with {Amount} units unsettled, which its payer {Peer} keeps: {Channel}")]
    private partial void LogLost(string channel, long amount, PeerId peer);

    /// <summary>The owner wants it now, or to know what it would take.</summary>
    private sealed record Wish(bool DryRun)
    {
        public TaskCompletionSource<SettleReport> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
