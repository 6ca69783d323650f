using System.Collections.Concurrent;
using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Keys;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// Brings a channel's last voucher to its provider when no job's stream does, until the provider says that it holds it.
/// A stream that broke may have lost one, so each channel is looked at once its job has ended; what is missing the
/// journal knows, also after a restart.
/// </summary>
internal sealed partial class VoucherCourier : IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    /// <summary>A provider takes so many messages a minute: what is urgent comes no oftener than this.</summary>
    private static readonly TimeSpan UrgentPause = TimeSpan.FromSeconds(2);

    private readonly PayClient _client;
    private readonly VoucherPen _pen;
    private readonly PayTable _table;
    private readonly ChannelBook _book;
    private readonly PayingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<Address, (int Failures, DateTimeOffset NotBefore)> _failed = [];
    private readonly Dictionary<Address, DateTimeOffset> _brought = [];
    private readonly ConcurrentDictionary<PeerId, bool> _urged = new();
    private readonly Channel<PeerId?> _wishes = Channel.CreateBounded<PeerId?>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public VoucherCourier(
        PayClient client, VoucherPen pen, PayTable table, ChannelBook book, PayingOptions options, TimeProvider time,
        ILogger log)
    {
        (_client, _pen, _table, _book, _options, _time, _log) = (client, pen, table, book, options, time, log);
    }

    public void Start() => _running = Task.Run(() => RunAsync(_stopping.Token));

    /// <summary>Looks what is to be brought, soon; to this provider whatever failed before.</summary>
    public void Wake(PeerId? peer = null) => _wishes.Writer.TryWrite(peer);

    /// <summary>The same, also while a job runs that could bring it: it may have nothing to say to the provider.</summary>
    public void Urge(PeerId peer)
    {
        _urged[peer] = true;
        Wake(peer);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan wait = LookAgain;
            foreach (PayChannel channel in _book.All().Where(c => c.IsLive && c.Held < c.Signed))
            {
                DateTimeOffset now = _time.GetUtcNow();
                DateTimeOffset due = _failed.TryGetValue(channel.Address, out var failed) ? failed.NotBefore : now;
                // What is put off for longer than is ever waited was so by a clock that was wrong.
                if (due > now && due - now <= _options.MaxDeliveryDelay)
                {
                    wait = due - now < wait ? due - now : wait;
                }
                else if (PauseOf(channel, now) is { } pause)
                {
                    wait = pause < wait ? pause : wait;
                }
                else if (!await TryBringAsync(channel, cancellationToken).ConfigureAwait(false))
                {
                    wait = _options.DeliveryDelay < wait ? _options.DeliveryDelay : wait;
                }
            }

            await WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        }
    }

    // How long a channel's voucher is left to the job that uses it, or to a later time; null if it is brought now.
    private TimeSpan? PauseOf(PayChannel channel, DateTimeOffset now)
    {
        if (!_book.IsInUse(channel.Address))
        {
            return null;
        }

        if (!_urged.ContainsKey(channel.Peer))
        {
            return LookAgain;
        }

        DateTimeOffset next = _brought.GetValueOrDefault(channel.Address) + UrgentPause;
        return next <= now || next - now > UrgentPause ? null : next - now;
    }

    private async Task<bool> TryBringAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        string? problem;
        _urged.TryRemove(channel.Peer, out _);
        _brought[channel.Address] = _time.GetUtcNow();
        try
        {
            Payment? latest = await _pen.LatestAsync(channel.Address, cancellationToken).ConfigureAwait(false);
            PaymentAnswer answer = await _client.DeliverAsync(channel.Peer, latest!, cancellationToken)
                .ConfigureAwait(false);
            // What it says beyond what was signed is of no interest.
            ulong held = Math.Min(answer.Held, channel.Signed);
            if (held > channel.Held)
            {
                await _table.SetHeldAsync(channel.Address, held, CancellationToken.None).ConfigureAwait(false);
                _book.Change(channel.Address, c => c with { Held = Math.Max(c.Held, held) });
            }

            problem = held >= channel.Signed ? null
                : answer.Problem.Length is > 0 and < 500 ? answer.Problem : $"it holds one of {held}";
        }
        catch (Exception gone) when (gone is IOException or TimeoutException or JournalException or PaymentException)
        {
            problem = gone.Message;
        }

        if (problem is null)
        {
            _failed.Remove(channel.Address);
            return true;
        }

        int failures = _failed.GetValueOrDefault(channel.Address).Failures;
        TimeSpan pause = _options.DeliveryDelay * Math.Pow(2, Math.Min(failures, 20));
        pause = pause < _options.MaxDeliveryDelay ? pause : _options.MaxDeliveryDelay;
        _failed[channel.Address] = (failures + 1, _time.GetUtcNow() + pause);
        LogNotBrought(channel.Peer, problem);
        return false;
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(wait, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            PeerId? wished = await _wishes.Reader.ReadAsync(linked.Token).ConfigureAwait(false);
            foreach (PayChannel channel in _book.All().Where(c => c.Peer == wished))
            {
                _failed.Remove(channel.Address);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is time to look.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The last voucher for {Peer} is brought later: {Reason}")]
    private partial void LogNotBrought(PeerId peer, string reason);
}
