using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// The connections of a job to its providers: which there are, which are to be tried again and when, which are banned.
/// Used by the job's loop alone; sending happens beside the loop, in order for each provider.
/// </summary>
internal sealed class ProviderSet : IAsyncDisposable
{
    private readonly JobOffer _offer;
    private readonly RunServices _services;
    private readonly JobAccounts? _accounts;
    private readonly ChannelWriter<RunEvent> _events;
    private readonly int _limit;
    private readonly Dictionary<PeerId, Slot> _slots = [];
    private readonly List<Task> _closing = [];

    public ProviderSet(
        JobOffer offer, RunServices services, JobAccounts? accounts, ChannelWriter<RunEvent> events, int? maxProviders)
    {
        _accounts = accounts;
        (_offer, _services, _events) = (offer, services, events);
        _limit = Math.Min(maxProviders ?? services.Options.MaxProviders, services.Options.MaxProviders);
    }

    /// <summary>Most providers at a time.</summary>
    public int Limit => _limit;

    /// <summary>Connects to the nodes that are not connected yet, as many as the job may use.</summary>
    /// <param name="match">Who could work.</param>
    /// <param name="auditRatePpm">The share of each one's shards to audit.</param>
    public void Connect(Match match, Func<PeerId, uint> auditRatePpm)
    {
        DateTimeOffset now = _services.Time.GetUtcNow();
        int room = _limit - _slots.Values.Count(s => s.Connection is not null);
        foreach (Candidate candidate in match.Suitable)
        {
            Slot slot = _slots.GetValueOrDefault(candidate.Peer) ?? (_slots[candidate.Peer] = new Slot());
            if (room <= 0 || slot.Connection is not null || slot.Banned || now < slot.NotBefore)
            {
                continue;
            }

            slot.Connection = new ProviderConnection(
                candidate, _offer, auditRatePpm(candidate.Peer), _services, _accounts, _events);
            slot.Sending = Task.CompletedTask;
            slot.Connection.Start();
            room--;
        }
    }

    /// <summary>The offers under which somebody may still work: their secrets stay secret.</summary>
    public IReadOnlyList<byte[]> LiveOffers =>
        [.. _slots.Values.Select(s => s.Connection?.OfferHash).OfType<byte[]>()];

    public bool Owns(ProviderConnection connection) =>
        _slots.GetValueOrDefault(connection.Peer)?.Connection == connection;

    public void Send(PeerId peer, AttemptId attempt, IReadOnlyList<Item> items) =>
        Enqueue(peer, connection => connection.SendAsync(attempt, items));

    public void Cancel(PeerId peer, AttemptId attempt) => Enqueue(peer, connection => connection.CancelAsync(attempt));

    public void Acknowledge(ProviderConnection connection, ReceiptRecord receipt)
    {
        if (Owns(connection))
        {
            Enqueue(connection.Peer, c => c.AcknowledgeAsync(receipt));
        }
    }

    /// <summary>Hands a provider what it is paid for a shard. One that is gone is brought it later.</summary>
    public void Pay(ProviderConnection connection, Payment? payment, DueShard due, ulong withheld, string reason)
    {
        if (Owns(connection))
        {
            Enqueue(connection.Peer, c => c.PayAsync(payment, due, withheld, reason));
        }
    }

    /// <summary>Connections that there are, or that are being made.</summary>
    public int Connections => _slots.Values.Count(s => s.Connection is not null);

    /// <summary>A provider was dropped for no fault of its own: it may be connected to at once.</summary>
    public void Forgive(PeerId peer)
    {
        if (_slots.TryGetValue(peer, out Slot? slot))
        {
            (slot.NotBefore, slot.Losses) = (default, 0);
        }
    }

    /// <summary>Hangs up; a provider that is not banned may be tried again after a while.</summary>
    public void Drop(PeerId peer, bool banned)
    {
        Slot slot = _slots.GetValueOrDefault(peer) ?? (_slots[peer] = new Slot());
        slot.Banned |= banned;
        if (slot.Connection is { } connection)
        {
            Ended(connection);
        }
    }

    /// <summary>The connection is over, by whichever side.</summary>
    public void Ended(ProviderConnection connection)
    {
        if (!Owns(connection))
        {
            return;
        }

        Slot slot = _slots[connection.Peer];
        slot.Connection = null;
        slot.NotBefore = _services.Time.GetUtcNow()
            + _services.Options.ReconnectDelay * Math.Pow(2, Math.Min(slot.Losses++, 8));
        _closing.RemoveAll(t => t.IsCompleted);
        _closing.Add(CloseAsync(slot.Sending, connection));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(
            _slots.Values.Where(s => s.Connection is not null).Select(s => CloseAsync(s.Sending, s.Connection!))
            .Concat(_closing)).ConfigureAwait(false);
    }

    // Only what the queue of a slow peer makes wait runs beside the loop; the rest completes at once.
    private void Enqueue(PeerId peer, Func<ProviderConnection, ValueTask> send)
    {
        if (_slots.TryGetValue(peer, out Slot? slot) && slot.Connection is { } connection)
        {
            slot.Sending = SendAfterAsync(slot.Sending, connection, send);
        }
    }

    private static async Task SendAfterAsync(
        Task before, ProviderConnection connection, Func<ProviderConnection, ValueTask> send)
    {
        await before.ConfigureAwait(false);
        await send(connection).ConfigureAwait(false);
    }

    // What is queued goes out first, and for no longer than the connection's own limit allows.
    private async Task CloseAsync(Task sending, ProviderConnection connection)
    {
        using var limit = new CancellationTokenSource(_services.Options.CloseTimeout, _services.Time);
        await sending.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
    }

    private sealed class Slot
    {
        public ProviderConnection? Connection { get; set; }

        public Task Sending { get; set; } = Task.CompletedTask;

        public DateTimeOffset NotBefore { get; set; }

        public int Losses { get; set; }

        public bool Banned { get; set; }
    }
}
