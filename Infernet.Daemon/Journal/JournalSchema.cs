using Dapper;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// The tables, as a list of steps: <c>user_version</c> counts those that a file has been through. A step that was
/// released is never changed; a new one is added behind it.
/// </summary>
internal static class JournalSchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE jobs(
            id INTEGER PRIMARY KEY,
            job BLOB NOT NULL UNIQUE,              -- 16 bytes
            created_ms INTEGER NOT NULL,
            started_ms INTEGER NOT NULL,           -- when it was submitted or resumed: the deadline counts from here
            finished_ms INTEGER,
            state TEXT NOT NULL,
            specification TEXT NOT NULL,           -- JSON without the inputs
            model_cid TEXT,
            total INTEGER NOT NULL,
            secret BLOB NOT NULL,                  -- what the audit draw will use; its hash stands in the offer
            runs INTEGER NOT NULL DEFAULT 0,       -- grows with each start, and keeps shard ids apart
            status TEXT);                          -- JSON, how it ended

        CREATE TABLE inputs(
            job INTEGER NOT NULL REFERENCES jobs(id),
            item INTEGER NOT NULL,
            name TEXT,
            input BLOB NOT NULL,                   -- an Item message
            PRIMARY KEY(job, item)) WITHOUT ROWID;

        CREATE TABLE outputs(
            job INTEGER NOT NULL REFERENCES jobs(id),
            item INTEGER NOT NULL,
            output TEXT,
            embedding BLOB,
            finish TEXT NOT NULL,
            error TEXT,
            prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            provider TEXT NOT NULL,
            receipt BLOB NOT NULL,
            PRIMARY KEY(job, item)) WITHOUT ROWID;

        CREATE TABLE attempts(
            job INTEGER NOT NULL REFERENCES jobs(id),
            shard INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            provider TEXT NOT NULL,
            items INTEGER NOT NULL,
            outcome TEXT NOT NULL,                 -- "done", "cancelled" or "failed"
            reason TEXT,
            ended_ms INTEGER NOT NULL,
            PRIMARY KEY(job, shard, attempt)) WITHOUT ROWID;

        CREATE TABLE receipts(
            job INTEGER NOT NULL REFERENCES jobs(id),
            hash BLOB NOT NULL,
            shard INTEGER NOT NULL,
            provider TEXT NOT NULL,
            items INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            started_us INTEGER NOT NULL,
            finished_us INTEGER NOT NULL,
            engine TEXT NOT NULL,
            envelope BLOB NOT NULL,
            PRIMARY KEY(job, hash));

        CREATE TABLE events(
            job INTEGER NOT NULL REFERENCES jobs(id),
            sequence INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            type TEXT NOT NULL,
            message TEXT NOT NULL,
            peer TEXT,
            shard INTEGER,
            done INTEGER NOT NULL,
            PRIMARY KEY(job, sequence)) WITHOUT ROWID;

        CREATE TABLE models(
            cid TEXT PRIMARY KEY,
            alias TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            serve INTEGER NOT NULL,
            complete INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE peers(
            peer TEXT PRIMARY KEY,
            addresses TEXT NOT NULL,               -- one a line, best first
            seen_ms INTEGER NOT NULL) WITHOUT ROWID;

        """,

        // Each provider of a job gets an offer with a secret of its own; a receipt's items lie beside it.
        """
        ALTER TABLE jobs DROP COLUMN secret;
        ALTER TABLE receipts ADD COLUMN lines BLOB NOT NULL DEFAULT x'';  -- a ReceiptItems message

        CREATE TABLE offers(
            job INTEGER NOT NULL REFERENCES jobs(id),
            hash BLOB NOT NULL,                    -- SHA-256 of the offer
            provider TEXT NOT NULL,
            offer BLOB NOT NULL,                   -- an Offer message
            secret BLOB NOT NULL,                  -- 32 bytes that the audit draw uses, opened when all is over
            rate_ppm INTEGER NOT NULL,             -- of audits, in parts per million
            PRIMARY KEY(job, hash)) WITHOUT ROWID;

        """,

        // Facts about others, what they come to (which can be made again from them), and how auditors did.
        """
        CREATE TABLE evidence(
            id TEXT PRIMARY KEY,                   -- SHA-256 of the fact
            own INTEGER NOT NULL,                  -- whether this node had a part in it
            fact BLOB NOT NULL) WITHOUT ROWID;     -- an Evidence message, its canonical bytes

        CREATE TABLE standing(
            id TEXT PRIMARY KEY REFERENCES evidence(id),
            provider TEXT NOT NULL,
            aggregator TEXT NOT NULL,
            auditor TEXT,                          -- null for a receipt
            work TEXT NOT NULL,                    -- names the shard
            tokens INTEGER NOT NULL,
            outcome INTEGER,                       -- a ShardOutcome
            ratio REAL,                            -- log-likelihood ratio
            at_us INTEGER NOT NULL,
            arithmetic TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE auditors(
            auditor TEXT NOT NULL,
            finding INTEGER NOT NULL,              -- an AuditorFinding
            at_ms INTEGER NOT NULL);

        CREATE INDEX auditors_by_auditor ON auditors(auditor);

        """,
        """
        CREATE TABLE challenges(
            id INTEGER PRIMARY KEY,
            peer TEXT NOT NULL,                    -- who was challenged, or who challenged this node
            made INTEGER NOT NULL,                 -- 1: by this node; 0: of this node
            kernel TEXT NOT NULL,
            size INTEGER NOT NULL,
            rate REAL NOT NULL,                    -- a second; 0 where nothing was measured
            verdict TEXT NOT NULL,                 -- "passed", "slow", "failed"; "measured" if of this node
            reason TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            envelope BLOB);                        -- the signed result, if of this node
        """,

        // What is being judged or was, the verdicts, and the answers that had to go.
        """
        CREATE TABLE audits(
            job INTEGER NOT NULL REFERENCES jobs(id),
            receipt BLOB NOT NULL,                 -- SHA-256 of the receipt's envelope
            offer BLOB NOT NULL,                   -- SHA-256 of the offer that it is under
            provider TEXT NOT NULL,
            shard INTEGER NOT NULL,
            discretionary INTEGER NOT NULL,        -- whether it is beyond the draw
            places TEXT NOT NULL,                  -- of the audited items in the receipt, separated by blanks
            request BLOB NOT NULL,                 -- an AuditRequest message: what auditors are shown
            opened_ms INTEGER NOT NULL,
            state TEXT NOT NULL,                   -- see AuditState
            reason TEXT,
            ratio REAL NOT NULL DEFAULT 0,         -- log-likelihood ratio
            auditors TEXT NOT NULL DEFAULT '',     -- peer ids, separated by blanks
            revealed INTEGER NOT NULL DEFAULT 0,   -- whether the verdicts became evidence
            PRIMARY KEY(job, receipt)) WITHOUT ROWID;

        CREATE TABLE verdicts(
            job INTEGER NOT NULL REFERENCES jobs(id),
            receipt BLOB NOT NULL,
            auditor TEXT NOT NULL,
            envelope BLOB NOT NULL,
            PRIMARY KEY(job, receipt, auditor)) WITHOUT ROWID;

        CREATE TABLE rejected_outputs(
            job INTEGER NOT NULL REFERENCES jobs(id),
            item INTEGER NOT NULL,
            output TEXT,
            embedding BLOB,
            finish TEXT NOT NULL,
            error TEXT,
            prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            provider TEXT NOT NULL,
            receipt BLOB NOT NULL,
            reason TEXT NOT NULL);

        CREATE INDEX rejected_outputs_by_job ON rejected_outputs(job);

        """,

        // Redundant work: every provider's answer, and how the votes ended.
        """
        CREATE TABLE votes(
            job INTEGER NOT NULL REFERENCES jobs(id),
            item INTEGER NOT NULL,
            output TEXT,
            embedding BLOB,
            finish TEXT NOT NULL,
            error TEXT,
            prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            provider TEXT NOT NULL,
            receipt BLOB NOT NULL,
            standing TEXT NOT NULL,                -- "cast", "agreed", "outvoted", "disputed" or "struck"
            UNIQUE(job, item, provider));

        CREATE TABLE ballots(
            job INTEGER NOT NULL REFERENCES jobs(id),
            item INTEGER NOT NULL,
            disputed INTEGER NOT NULL,             -- whether no answer had a majority
            agreed TEXT NOT NULL,                  -- peer ids, separated by blanks
            outvoted TEXT NOT NULL,
            PRIMARY KEY(job, item)) WITHOUT ROWID;

        """,

        // What the node's wallet signs and spends, and what its vouchers promise.
        """
        CREATE TABLE spending(
            day INTEGER NOT NULL,                  -- since 1970, UTC
            kind TEXT NOT NULL,                    -- "locked" or "promised"
            mint BLOB NOT NULL,                    -- 32 bytes, zero for lamports
            amount INTEGER NOT NULL,
            PRIMARY KEY(day, kind, mint)) WITHOUT ROWID;

        CREATE TABLE promises(
            channel BLOB PRIMARY KEY,              -- its address
            mint BLOB NOT NULL,
            cumulative INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE transactions(
            id INTEGER PRIMARY KEY,
            purpose TEXT NOT NULL,
            key TEXT NOT NULL,
            genesis BLOB NOT NULL,                 -- the cluster's, 32 bytes
            state TEXT NOT NULL,                   -- see TransactionState
            wire BLOB,                             -- once it is signed
            last_valid INTEGER NOT NULL,           -- the last block height at which it can be in a block
            fee INTEGER NOT NULL,
            slot INTEGER NOT NULL,
            problem TEXT,
            at_ms INTEGER NOT NULL);

        CREATE INDEX transactions_by_key ON transactions(purpose, key);
        """,

        // What others owe this node and have paid: the intents that were taken up, the channels with the best voucher of
        // each, the shards, what was settled, and the prices.
        """
        CREATE TABLE pay_nonces(
            nonce BLOB PRIMARY KEY,                -- 32 bytes
            peer TEXT NOT NULL,
            until_ms INTEGER NOT NULL) WITHOUT ROWID;

        CREATE INDEX pay_nonces_by_end ON pay_nonces(until_ms);
        CREATE INDEX pay_nonces_by_peer ON pay_nonces(peer);

        CREATE TABLE earning_channels(
            channel TEXT PRIMARY KEY,              -- base58
            peer TEXT NOT NULL,                    -- whose identity key signs its vouchers
            program TEXT NOT NULL,                 -- base58
            reference BLOB NOT NULL,               -- a ChannelReference message
            deposit INTEGER NOT NULL,              -- from here on as the chain said when it was read
            settled INTEGER NOT NULL,
            expiry INTEGER NOT NULL,               -- Unix seconds
            reclaim_at INTEGER,                    -- Unix seconds; null if its payer has not asked to close
            delay INTEGER NOT NULL,                -- seconds
            protocol INTEGER NOT NULL,             -- basis points
            platform INTEGER NOT NULL,
            burn INTEGER NOT NULL,
            read_ms INTEGER NOT NULL,
            closed INTEGER NOT NULL,
            held INTEGER NOT NULL DEFAULT 0,       -- the best voucher that counts
            signature BLOB NOT NULL DEFAULT x'',
            voucher_expiry INTEGER NOT NULL DEFAULT 0,
            held_ms INTEGER,                       -- since when something is held that is not settled
            claimed INTEGER NOT NULL DEFAULT 0,    -- a better one, that waits for the chain
            claimed_signature BLOB NOT NULL DEFAULT x'',
            claimed_expiry INTEGER NOT NULL DEFAULT 0,
            close_ms INTEGER) WITHOUT ROWID;       -- when this node signed for its end

        CREATE INDEX earning_channels_by_peer ON earning_channels(peer);

        CREATE TABLE earnings(
            id INTEGER PRIMARY KEY,
            peer TEXT NOT NULL,                    -- who owes for the shard
            wallet TEXT NOT NULL,                  -- and by which wallet
            asset TEXT NOT NULL,                   -- program and mint
            job BLOB NOT NULL,
            shard INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            model TEXT NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            paid INTEGER NOT NULL,
            withheld TEXT,                         -- why its payer will not pay
            at_ms INTEGER NOT NULL);

        CREATE INDEX earnings_owed_by_peer ON earnings(peer) WHERE paid < amount;
        CREATE INDEX earnings_owed_by_wallet ON earnings(wallet) WHERE paid < amount;
        CREATE INDEX earnings_by_time ON earnings(at_ms);

        CREATE TABLE earning_payers(
            peer TEXT NOT NULL,
            asset TEXT NOT NULL,
            paid INTEGER NOT NULL,                 -- by vouchers, in all
            advance INTEGER NOT NULL,              -- of that, for shards to come
            PRIMARY KEY(peer, asset)) WITHOUT ROWID;

        CREATE TABLE settlements(
            channel TEXT NOT NULL REFERENCES earning_channels(channel),
            total INTEGER NOT NULL,                -- what the channel has paid out with it
            amount INTEGER NOT NULL,
            received INTEGER NOT NULL,
            network_fee INTEGER NOT NULL,          -- lamports
            signature TEXT,                        -- of the transaction; null if somebody else sent it
            at_ms INTEGER NOT NULL,
            PRIMARY KEY(channel, total)) WITHOUT ROWID;

        CREATE TABLE prices(
            id INTEGER PRIMARY KEY CHECK(id = 1),
            list BLOB NOT NULL,                    -- a PriceList message
            at_ms INTEGER NOT NULL);

        CREATE TABLE contracts(
            address TEXT PRIMARY KEY,
            kind TEXT NOT NULL,                    -- "lease" or "escrow"
            view TEXT NOT NULL,                    -- JSON, as it was last seen
            at_ms INTEGER NOT NULL) WITHOUT ROWID; -- when it was opened

        """,

        // How this node pays: its channels, what each shard of its jobs was paid, and what was not.
        """
        CREATE TABLE pay_channels(
            address BLOB PRIMARY KEY,
            peer TEXT NOT NULL,                    -- the provider
            genesis BLOB NOT NULL,                 -- the cluster's, 32 bytes
            payer BLOB NOT NULL,
            payee BLOB NOT NULL,
            mint BLOB NOT NULL,                    -- 32 zeros for lamports
            signer BLOB NOT NULL,
            salt INTEGER NOT NULL,
            open_slot INTEGER NOT NULL,
            state TEXT NOT NULL,                   -- see PayChannelState
            deposit INTEGER NOT NULL,
            signed INTEGER NOT NULL,               -- by vouchers in all
            held INTEGER NOT NULL,                 -- as the provider said
            expiry_ms INTEGER NOT NULL,
            reclaim_ms INTEGER,
            additions INTEGER NOT NULL,
            adding INTEGER NOT NULL,               -- a deposit on its way
            adding_expiry_ms INTEGER,
            opened_ms INTEGER NOT NULL,
            used_ms INTEGER NOT NULL,
            note TEXT) WITHOUT ROWID;

        CREATE TABLE payment_intents(
            id BLOB PRIMARY KEY,
            job INTEGER NOT NULL,
            provider TEXT NOT NULL,
            channel BLOB NOT NULL,
            ceiling INTEGER NOT NULL,
            nonce BLOB NOT NULL,
            issued_ms INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE payments(
            job INTEGER NOT NULL,
            shard INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            provider TEXT NOT NULL,
            channel BLOB NOT NULL,
            amount INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY(job, shard, attempt)) WITHOUT ROWID;

        CREATE TABLE withheld(
            job INTEGER NOT NULL,
            shard INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            provider TEXT NOT NULL,
            amount INTEGER NOT NULL,
            reason TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY(job, shard, attempt)) WITHOUT ROWID;
        """,

        """
        -- What verdicts say item by item, so that a repetition adds nothing; made again from the facts.
        DELETE FROM standing;
        ALTER TABLE standing ADD COLUMN items BLOB;
        """,

        // Audits are paid like shards: what others owe this node for them, and what this node owes others.
        """
        ALTER TABLE earnings ADD COLUMN kind TEXT NOT NULL DEFAULT 'shard';  -- or "audit"

        CREATE TABLE audit_dues(
            request BLOB NOT NULL,                 -- the hash of what was judged
            auditor TEXT NOT NULL,
            job INTEGER NOT NULL,                  -- 0 where this node tested the auditor on its own account
            channel BLOB NOT NULL,                 -- by which it is to be paid
            amount INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            paid INTEGER NOT NULL DEFAULT 0,       -- 1: yes; 2: never, its channel has ended
            PRIMARY KEY(request, auditor)) WITHOUT ROWID;

        CREATE INDEX audit_dues_unpaid ON audit_dues(auditor) WHERE paid = 0;
        CREATE INDEX audit_dues_by_job ON audit_dues(job, at_ms);
        """,
        """
        CREATE INDEX earnings_owed_by_time ON earnings(at_ms) WHERE paid < amount;
        """,

        // Escrows are paid by and earned by like channels.
        """
        ALTER TABLE pay_channels ADD COLUMN escrow BLOB;         -- its 32 bytes, intent and job; null for a channel
        ALTER TABLE pay_channels ADD COLUMN escrow_salt BLOB;
        ALTER TABLE earning_channels ADD COLUMN escrow BLOB;     -- a ReleaseRequest without voucher; null for a channel
        """,

        // Those that are not at their end are looked for every 30 seconds, among all that there ever were.
        """
        CREATE INDEX transactions_by_state ON transactions(state);
        """,
    ];

    /// <summary>The version that this program writes.</summary>
    public static int Version => Steps.Length;

    /// <summary>Brings a file up to date, one transaction a step.</summary>
    /// <exception cref="JournalException">A newer program wrote it.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        int version = connection.ExecuteScalar<int>("PRAGMA user_version");
        if (version > Version)
        {
            throw new JournalException(
                $"The journal {connection.DataSource} has version {version}, this program knows up to {Version}; "
                + "a newer infernet wrote it: run that one, or choose another home");
        }

        for (; version < Version; version++)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            connection.Execute(Steps[version], transaction: transaction);
            connection.Execute($"PRAGMA user_version = {version + 1}", transaction: transaction);
            transaction.Commit();
        }
    }
}
