using Dapper;
using Infernet.Core.Identity;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Daemon.Payments.Paying;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>How this node pays: its channels, its intents, and what each shard was paid. Amounts are below 2⁶³.</summary>
internal sealed class PayTable(JournalStore store)
{
    /// <summary>All channels.</summary>
    public IReadOnlyList<PayChannel> Channels() => store.Read(connection => connection.Query<ChannelRow>(
        """
        SELECT address AS Address, peer AS Peer, genesis AS Genesis, payer AS Payer, payee AS Payee, mint AS Mint,
            signer AS Signer, salt AS Salt, open_slot AS OpenSlot, state AS State, deposit AS Deposit, signed AS Signed,
            held AS Held, expiry_ms AS Expiry, reclaim_ms AS Reclaim, additions AS Additions, adding AS Adding,
            adding_expiry_ms AS AddingExpiry, opened_ms AS Opened, used_ms AS Used, note AS Note,
            escrow AS EscrowJob, escrow_salt AS EscrowSalt
        FROM pay_channels
        """).Select(r => r.ToChannel()).ToList());

    /// <summary>Writes a new channel; durable when it returns.</summary>
    public Task AddAsync(PayChannel channel, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO pay_channels(
                address, peer, genesis, payer, payee, mint, signer, salt, open_slot, state, deposit, signed, held,
                expiry_ms, reclaim_ms, additions, adding, adding_expiry_ms, opened_ms, used_ms, note, escrow, escrow_salt)
            VALUES(
                @address, @peer, @genesis, @payer, @payee, @mint, @signer, @salt, @slot, @state, @deposit, @signed,
                @held, @expiry, @reclaim, @additions, @adding, @addingExpiry, @opened, @used, @note, @escrow, @escrowSalt)
            """,
            ValuesOf(channel)),
        cancellationToken);

    /// <summary>
    /// Writes how a channel stands now, but not what vouchers promise: that is raised with each payment, and nowhere else.
    /// </summary>
    public Task UpdateAsync(PayChannel channel, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            """
            UPDATE pay_channels SET state = @state, deposit = @deposit, expiry_ms = @expiry, reclaim_ms = @reclaim,
                additions = @additions, adding = @adding, adding_expiry_ms = @addingExpiry, note = @note
            WHERE address = @address
            """,
            ValuesOf(channel)),
        cancellationToken);

    /// <summary>The provider says that it holds a voucher.</summary>
    public Task SetHeldAsync(Address channel, ulong held, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            "UPDATE pay_channels SET held = max(held, @held) WHERE address = @channel",
            new { channel = channel.ToArray(), held = (long)held }),
        cancellationToken);

    /// <summary>Writes an intent; durable when it returns. An escrow's is made anew with each stream, under one id.</summary>
    public Task AddIntentAsync(IntentRecord intent, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO payment_intents(id, job, provider, channel, ceiling, nonce, issued_ms)
            VALUES(@Id, @Job, @Provider, @Channel, @ceiling, @Nonce, @issued)
            ON CONFLICT(id) DO UPDATE SET ceiling = @ceiling, nonce = @Nonce, issued_ms = @issued
            """,
            new
            {
                intent.Id, intent.Job, intent.Provider, Channel = intent.Channel.ToArray(), ceiling = (long)intent.Ceiling,
                intent.Nonce, issued = intent.IssuedAt.ToUnixTimeMilliseconds(),
            }),
        cancellationToken);

    /// <summary>Writes a payment as part of a transaction, and raises what its channel's vouchers come to.</summary>
    /// <exception cref="SqliteException">It was paid already.</exception>
    public static void Insert(SqliteConnection connection, Charge charge, ulong cumulative)
    {
        charge.Insert(connection);
        connection.Run(
            "UPDATE pay_channels SET signed = @cumulative, used_ms = @at WHERE address = @channel",
            ("@cumulative", (long)cumulative), ("@at", charge.At.ToUnixTimeMilliseconds()),
            ("@channel", charge.Channel.ToArray()));
    }

    /// <summary>Whether a charge was paid.</summary>
    public bool IsPaid(Charge charge) => store.Read(charge.IsPaid);

    /// <summary>Writes that a shard is not paid, or not all of it; the first word about a shard stays.</summary>
    public Task WithholdAsync(WithheldRecord withheld, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            """
            INSERT OR IGNORE INTO withheld(job, shard, attempt, provider, amount, reason, at_ms)
            VALUES(@Job, @Shard, @Attempt, @Provider, @amount, @Reason, @at)
            """,
            new
            {
                withheld.Job, withheld.Shard, withheld.Attempt, withheld.Provider, amount = (long)withheld.Amount,
                withheld.Reason, at = withheld.At.ToUnixTimeMilliseconds(),
            }),
        cancellationToken);

    /// <summary>The shards of a job that were decided about, and what each came to: paid and withheld together.</summary>
    public IReadOnlyDictionary<(long Shard, int Attempt), ulong> Decided(long job) => store.Read(connection =>
        connection.Query<(long Shard, int Attempt, long Amount)>(
            """
            SELECT shard, attempt, sum(amount) FROM (
                SELECT shard, attempt, amount FROM payments WHERE job = @job
                UNION ALL SELECT shard, attempt, amount FROM withheld WHERE job = @job)
            GROUP BY shard, attempt
            """,
            new { job }).ToDictionary(r => (r.Shard, r.Attempt), r => (ulong)r.Amount));

    /// <summary>What each provider of a job was paid, and what was withheld from it.</summary>
    public IReadOnlyList<(string Provider, ulong Paid, ulong Withheld)> Shares(long job) => store.Read(connection =>
        connection.Query<(string Provider, long Paid, long Withheld)>(
            """
            SELECT provider, sum(paid), sum(withheld) FROM (
                SELECT provider, amount AS paid, 0 AS withheld FROM payments WHERE job = @job
                UNION ALL SELECT provider, 0, amount FROM withheld WHERE job = @job)
            GROUP BY provider
            """,
            new { job }).Select(r => (r.Provider, (ulong)r.Paid, (ulong)r.Withheld)).ToList());

    private static object ValuesOf(PayChannel channel) => new
    {
        address = channel.Address.ToArray(),
        peer = channel.Peer.ToString(),
        genesis = channel.Genesis.ToArray(),
        payer = channel.Key.Payer.ToArray(),
        payee = channel.Key.Payee.ToArray(),
        mint = channel.Key.Mint.ToArray(),
        signer = channel.Key.Signer.ToArray(),
        salt = unchecked((long)channel.Key.Salt),
        slot = unchecked((long)channel.Key.OpenSlot),
        state = channel.State,
        deposit = (long)channel.Deposit,
        signed = (long)channel.Signed,
        held = (long)channel.Held,
        expiry = channel.Expiry.ToUnixTimeMilliseconds(),
        reclaim = channel.ReclaimAt?.ToUnixTimeMilliseconds(),
        additions = channel.Additions,
        adding = (long)channel.Adding,
        addingExpiry = channel.AddingExpiry?.ToUnixTimeMilliseconds(),
        opened = channel.OpenedAt.ToUnixTimeMilliseconds(),
        used = channel.UsedAt.ToUnixTimeMilliseconds(),
        note = channel.Note,
        escrow = channel.Escrow?.Job.ToArray(),
        escrowSalt = channel.Escrow?.Salt.ToArray(),
    };

    private sealed class ChannelRow
    {
        public byte[] Address { get; set; } = [];

        public string Peer { get; set; } = "";

        public byte[] Genesis { get; set; } = [];

        public byte[] Payer { get; set; } = [];

        public byte[] Payee { get; set; } = [];

        public byte[] Mint { get; set; } = [];

        public byte[] Signer { get; set; } = [];

        public long Salt { get; set; }

        public long OpenSlot { get; set; }

        public string State { get; set; } = "";

        public long Deposit { get; set; }

        public long Signed { get; set; }

        public long Held { get; set; }

        public long Expiry { get; set; }

        public long? Reclaim { get; set; }

        public int Additions { get; set; }

        public long Adding { get; set; }

        public long? AddingExpiry { get; set; }

        public long Opened { get; set; }

        public long Used { get; set; }

        public string? Note { get; set; }

        public byte[]? EscrowJob { get; set; }

        public byte[]? EscrowSalt { get; set; }

        public PayChannel ToChannel() => new()
        {
            Address = new Address(Address),
            Peer = PeerId.Parse(Peer),
            Key = new ChannelKey(
                new Address(Payer), new Address(Payee), new Address(Mint), new Address(Signer),
                unchecked((ulong)Salt), unchecked((ulong)OpenSlot)),
            Genesis = new Address(Genesis),
            State = State,
            Deposit = (ulong)Deposit,
            Signed = (ulong)Signed,
            Held = (ulong)Held,
            Expiry = At(Expiry),
            ReclaimAt = Reclaim is { } reclaim ? At(reclaim) : null,
            Additions = Additions,
            Adding = (ulong)Adding,
            AddingExpiry = AddingExpiry is { } expiry ? At(expiry) : null,
            OpenedAt = At(Opened),
            UsedAt = At(Used),
            Note = Note,
            Escrow = EscrowJob is null ? null : new EscrowName(EscrowJob, EscrowSalt),
        };

        private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
    }
}
