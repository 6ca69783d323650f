using Dapper;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>The channels on which this node is paid, and the best voucher of each.</summary>
internal sealed class EarningChannelTable(JournalStore store)
{
    /// <summary>The columns, in the order of <see cref="Row"/>.</summary>
    private const string Columns =
        """
        channel AS Channel, peer AS Peer, program AS Program, reference AS Reference, deposit AS Deposit,
        settled AS Settled, expiry AS Expiry, reclaim_at AS ReclaimAt, delay AS Delay, protocol AS Protocol,
        platform AS Platform, burn AS Burn, read_ms AS ReadMs, closed AS Closed, held AS Held, signature AS Signature,
        voucher_expiry AS VoucherExpiry, held_ms AS HeldMs, claimed AS Claimed, claimed_signature AS ClaimedSignature,
        claimed_expiry AS ClaimedExpiry, close_ms AS CloseMs, escrow AS Escrow
        """;

    /// <summary>A channel; null if it is not known.</summary>
    public EarningChannelRecord? Find(string channel) => store.ReadOften(connection => Find(connection, channel));

    /// <summary>Whether a peer has a channel that is not closed.</summary>
    public bool HasOpen(PeerId peer) => store.Read(connection => connection.ExecuteScalar<bool>(
        "SELECT EXISTS(SELECT 1 FROM earning_channels WHERE peer = @peer AND closed = 0)", new { peer = peer.ToString() }));

    /// <summary>All that are or were there, or those that are not closed.</summary>
    public IReadOnlyList<EarningChannelRecord> List(bool open) => store.Read(connection =>
        connection.Query<Row>($"SELECT {Columns} FROM earning_channels WHERE closed = 0 OR NOT @open ORDER BY channel",
            new { open }).Select(r => r.ToRecord()).ToList());

    /// <summary>
    /// Writes what the chain says of a channel; vouchers that are held stay as they are, and what was settled is for
    /// <see cref="SettlementTable"/> to say.
    /// </summary>
    /// <param name="read">What was read; what it holds of vouchers is not looked at.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task KeepAsync(EarningChannelRecord read, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO earning_channels(
                channel, peer, program, reference, deposit, settled, expiry, reclaim_at, delay, protocol, platform, burn,
                read_ms, closed, escrow)
            VALUES(@Channel, @peer, @Program, @reference, @Deposit, 0, @expiry, @reclaim, @delay, @protocol,
                @platform, @burn, @read, @closed, @escrow)
            ON CONFLICT DO UPDATE SET deposit = @Deposit, expiry = @expiry,
                reclaim_at = @reclaim, read_ms = @read, closed = @closed, escrow = @escrow
            """,
            new
            {
                read.Channel, peer = read.Peer.ToString(), read.Program, reference = Reference(read.Key).ToByteArray(),
                read.Deposit, expiry = read.Expiry.ToUnixTimeSeconds(),
                reclaim = read.ReclaimAt?.ToUnixTimeSeconds(), delay = (long)read.WithdrawDelay.TotalSeconds,
                protocol = (long)read.Terms.Protocol, platform = (long)read.Terms.Platform, burn = (long)read.Terms.Burn,
                read = read.ReadAt.ToUnixTimeMilliseconds(), closed = read.IsClosed,
                escrow = read.Escrow?.ToByteArray(),
            }),
        cancellationToken);

    /// <summary>
    /// Keeps a better voucher and lets it pay, in one commit; durable when it returns.
    /// </summary>
    /// <param name="raise">The voucher.</param>
    /// <param name="soon">Whether it is written along with something else, since nobody waits for it (<see cref="Hurry"/>).</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<RaiseOutcome> RaiseAsync(RaiseRecord raise, bool soon, CancellationToken cancellationToken)
    {
        RaiseOutcome outcome = default;
        Action<SqliteConnection> change = connection => outcome = Raise(connection, raise);
        await (soon ? store.WriteSoonAsync(change, cancellationToken) : store.WriteAsync(change, cancellationToken))
            .ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Somebody waits for what is to be written soon.</summary>
    public void Hurry() => store.Hurry();

    /// <summary>Keeps a voucher aside that does not count yet.</summary>
    public Task ClaimAsync(
        string channel, long cumulative, long expiry, byte[] signature, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Execute(
                """
                UPDATE earning_channels SET claimed = @cumulative, claimed_expiry = @expiry, claimed_signature = @signature
                WHERE channel = @channel AND claimed < @cumulative AND held < @cumulative
                """,
                new { channel, cumulative, expiry, signature }),
            cancellationToken);

    /// <summary>Notes when this node signed for a channel's end, or that this came to nothing (null).</summary>
    public Task MarkClosingAsync(string channel, DateTimeOffset? at, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Execute(
                "UPDATE earning_channels SET close_ms = @at WHERE channel = @channel",
                new { channel, at = at?.ToUnixTimeMilliseconds() }),
            cancellationToken);

    /// <summary>A message's description of a channel, without cluster and program.</summary>
    internal static ChannelReference Reference(ChannelKey key) => new()
    {
        Payer = ByteString.CopyFrom(key.Payer.Span),
        Payee = ByteString.CopyFrom(key.Payee.Span),
        Signer = ByteString.CopyFrom(key.Signer.Span),
        Mint = key.Mint == default ? ByteString.Empty : ByteString.CopyFrom(key.Mint.Span),
        Salt = key.Salt,
        OpenSlot = key.OpenSlot,
    };

    private static RaiseOutcome Raise(SqliteConnection connection, RaiseRecord raise)
    {
        long held = connection.RunForNumber(
            "SELECT held FROM earning_channels WHERE channel = @channel", ("@channel", raise.Channel));
        if (raise.Cumulative <= held)
        {
            return new RaiseOutcome(held, held, null);
        }

        connection.Run(
            """
            UPDATE earning_channels SET held = @cumulative, signature = @signature, voucher_expiry = @expiry,
                held_ms = coalesce(held_ms, @at),
                claimed = CASE WHEN claimed <= @cumulative THEN 0 ELSE claimed END
            WHERE channel = @channel
            """,
            ("@cumulative", raise.Cumulative), ("@signature", raise.Signature), ("@expiry", raise.Expiry),
            ("@at", raise.At.ToUnixTimeMilliseconds()), ("@channel", raise.Channel));
        return new RaiseOutcome(held, raise.Cumulative, EarningTable.Pay(connection, raise, raise.Cumulative - held));
    }

    private static EarningChannelRecord? Find(SqliteConnection connection, string channel)
    {
        using SqliteDataReader row = connection.RunForRows(
            $"SELECT {Columns} FROM earning_channels WHERE channel = @channel", ("@channel", channel));
        return row.Read() ? Row.Of(row).ToRecord() : null;
    }

    private sealed class Row
    {
        public string Channel { get; set; } = "";

        public string Peer { get; set; } = "";

        public string Program { get; set; } = "";

        public byte[] Reference { get; set; } = [];

        public long Deposit { get; set; }

        public long Settled { get; set; }

        public long Expiry { get; set; }

        public long? ReclaimAt { get; set; }

        public long Delay { get; set; }

        public long Protocol { get; set; }

        public long Platform { get; set; }

        public long Burn { get; set; }

        public long ReadMs { get; set; }

        public long Closed { get; set; }

        public long Held { get; set; }

        public byte[] Signature { get; set; } = [];

        public long VoucherExpiry { get; set; }

        public long? HeldMs { get; set; }

        public long Claimed { get; set; }

        public byte[] ClaimedSignature { get; set; } = [];

        public long ClaimedExpiry { get; set; }

        public long? CloseMs { get; set; }

        public byte[]? Escrow { get; set; }

        public static Row Of(SqliteDataReader row) => new()
        {
            Channel = row.GetString(0),
            Peer = row.GetString(1),
            Program = row.GetString(2),
            Reference = row.GetFieldValue<byte[]>(3),
            Deposit = row.GetInt64(4),
            Settled = row.GetInt64(5),
            Expiry = row.GetInt64(6),
            ReclaimAt = row.IsDBNull(7) ? null : row.GetInt64(7),
            Delay = row.GetInt64(8),
            Protocol = row.GetInt64(9),
            Platform = row.GetInt64(10),
            Burn = row.GetInt64(11),
            ReadMs = row.GetInt64(12),
            Closed = row.GetInt64(13),
            Held = row.GetInt64(14),
            Signature = row.GetFieldValue<byte[]>(15),
            VoucherExpiry = row.GetInt64(16),
            HeldMs = row.IsDBNull(17) ? null : row.GetInt64(17),
            Claimed = row.GetInt64(18),
            ClaimedSignature = row.GetFieldValue<byte[]>(19),
            ClaimedExpiry = row.GetInt64(20),
            CloseMs = row.IsDBNull(21) ? null : row.GetInt64(21),
            Escrow = row.IsDBNull(22) ? null : row.GetFieldValue<byte[]>(22),
        };

        public EarningChannelRecord ToRecord()
        {
            ChannelReference reference = ChannelReference.Parser.ParseFrom(Reference);
            return new EarningChannelRecord
            {
                Channel = Channel,
                Peer = PeerId.Parse(Peer),
                Key = new ChannelKey(
                    Of(reference.Payer), Of(reference.Payee), Of(reference.Mint), Of(reference.Signer), reference.Salt,
                    reference.OpenSlot),
                Escrow = Escrow is null ? null : ReleaseRequest.Parser.ParseFrom(Escrow),
                Program = Program,
                Deposit = Deposit,
                Settled = Settled,
                Expiry = DateTimeOffset.FromUnixTimeSeconds(Expiry),
                ReclaimAt = ReclaimAt is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
                WithdrawDelay = TimeSpan.FromSeconds(Delay),
                Terms = new Terms((ushort)Protocol, (ushort)Platform, (ushort)Burn, 0, 0),
                ReadAt = DateTimeOffset.FromUnixTimeMilliseconds(ReadMs),
                IsClosed = Closed != 0,
                Held = Held,
                Signature = Signature,
                VoucherExpiry = VoucherExpiry,
                HeldSince = HeldMs is { } held ? DateTimeOffset.FromUnixTimeMilliseconds(held) : null,
                Claimed = Claimed,
                ClaimedSignature = ClaimedSignature,
                ClaimedExpiry = ClaimedExpiry,
                CloseSignedAt = CloseMs is { } close ? DateTimeOffset.FromUnixTimeMilliseconds(close) : null,
            };
        }

        private static Address Of(ByteString bytes) => bytes.IsEmpty ? default : new Address(bytes.Span);
    }
}
