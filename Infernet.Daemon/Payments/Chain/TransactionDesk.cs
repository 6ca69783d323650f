using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Rpc;
using Infernet.Solana.Transactions;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>
/// The only way to a transaction of this node's wallet. An order is simulated unsigned; then the spending ledger
/// accounts for it, the wallet signs, the journal keeps the bytes, and only then they leave, again and again, until they
/// are in a block or never can be. One purpose and key make one payment: who orders the same again gets the first one's
/// result, also over a restart.
/// </summary>
internal sealed partial class TransactionDesk : IAsyncDisposable
{
    /// <summary>The number of an order's first instruction where no token account has to be made.</summary>
    public const byte FirstInstruction = TransactionPlanner.Budgets;

    // "Confirmed" is one endpoint's word, and a fork may undo it. So long, who orders the same again has it looked up
    // anew; later endpoints may have forgotten what they had.
    private static readonly TimeSpan Doubtful = TimeSpan.FromHours(1);

    // So long a payment may take before it is a problem.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Transactions that one review asks for, and that are named as problems.
    private const int MaxReviewed = 16;

    private readonly ChainClient _chain;
    private readonly ChainOptions _options;
    private readonly GuardedWallet _wallet;
    private readonly SpendingLedger _ledger;
    private readonly TransactionTable _table;
    private readonly TransactionPlanner _planner;
    private readonly TransactionSender _sender;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly PaymentsUnderWay _underWay = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly long _firstRow;
    private long _lastRow;
    private long _reviewed;

    public TransactionDesk(
        ChainClient chain, ChainOptions options, GuardedWallet wallet, SpendingLedger ledger, TransactionTable table,
        TimeProvider time, ILogger log)
    {
        (_chain, _options, _wallet, _ledger, _table) = (chain, options, wallet, ledger, table);
        (_time, _log) = (time, log);
        _planner = new TransactionPlanner(chain, wallet.Reader, options);
        _sender = new TransactionSender(chain.Rpc);
        _firstRow = table.NextRow();
        _lastRow = _firstRow - 1;
    }

    /// <summary>Transactions whose fate nobody knows yet, and a WebSocket that tells of none, for people.</summary>
    public IEnumerable<string> Problems =>
    [
        .. Old(TransactionState.Signed).Take(MaxReviewed)
            .Select(t => $"the transaction for {t.Purpose} {t.Key}, signed at {t.At:u}, is on no cluster that answers; it is "
                + "looked for and sent again"),
        .. Old(TransactionState.Told).ToList() is [var first, ..] told
            ? [$"payments: only one of rpc_urls says that {told.Count} transactions are on the chain, such as that for "
                + $"{first.Purpose} {first.Key} of {first.At:u}; the others don't know of them, or don't answer"]
            : Array.Empty<string>(),
        .. _sender.Silence is { } silence
            ? [$"payments: {EndpointName.Of(_options.WebSocket!)} tells nothing of transactions, so they are asked for: {silence}"]
            : Array.Empty<string>(),
    ];

    /// <summary>Makes a payment once, and waits until it is on the chain.</summary>
    /// <exception cref="PaymentException">
    /// It was not made; or, with the code "pending", nobody knows yet, and the same order later says.
    /// </exception>
    public async Task<SettledTransaction> SendAsync(TransactionOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        Task<SettledTransaction> running = _underWay.Begin(
            order.Purpose, order.Key, () => RunAsync(order, _stopping.Token));
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PaymentException(
                PaymentCodes.Pending,
                $"{order.What}: the node stops; what was signed is in the journal, and goes on with the next start.");
        }
    }

    /// <summary>What an order would take out of the wallet now, at most. Nothing is signed.</summary>
    /// <exception cref="PaymentException">It would not work.</exception>
    public async Task<Outflow> QuoteAsync(TransactionOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        _ = await _chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        return await _planner.QuoteAsync(order, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a payment of this purpose is under way, of this process or of one before.</summary>
    public bool IsPending(string purpose) => _underWay.Has(purpose);

    /// <summary>How far the last transaction of a purpose and key came; null if there was none.</summary>
    public async Task<TransactionState?> StateOfAsync(string purpose, string key, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await _chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        return _table.Last(purpose, key, facts.Genesis)?.State;
    }

    /// <summary>
    /// Signs a transaction that somebody else pays for and sends; it may take nothing out of this wallet. Returns the
    /// wallet's signature.
    /// </summary>
    /// <exception cref="PaymentException">It takes something, or does something unknown.</exception>
    public async Task<byte[]> CoSignAsync(Message message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        SpendingPermit permit = await _ledger.LockAsync(
            message, OutflowScope.Nothing, "signing with somebody", _ => { }, cancellationToken).ConfigureAwait(false);
        return _wallet.Sign(message, OutflowScope.Nothing, permit).SignatureOf(_wallet.Address).ToArray();
    }

    /// <summary>
    /// Goes on with what an earlier process left behind. What was not signed for certain is dropped; what was is looked
    /// for and sent again, and an order for the same waits for it.
    /// </summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        // Those of this process are being signed right now.
        foreach (TransactionRecord left in _table.In(TransactionState.Approved).Where(t => t.Row < _firstRow))
        {
            await _table.EndAsync(
                left.Row, TransactionState.Dropped, 0, "the node ended before it was sent", cancellationToken)
                .ConfigureAwait(false);
        }

        foreach (TransactionRecord left in _table.In(TransactionState.Signed))
        {
            LogResumed(left.Purpose, left.Key);
            _ = _underWay.Begin(left.Purpose, left.Key, () => FinishLaterAsync(left, _stopping.Token));
        }
    }

    /// <summary>
    /// Asks all endpoints again for what one of them only calls done: some of it each time, in turn. Nothing is sent.
    /// </summary>
    public async Task ReviewAsync(CancellationToken cancellationToken)
    {
        ClusterFacts facts = await _chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        List<TransactionRecord> told = [.. _table.In(TransactionState.Told).Where(t => t.Genesis == facts.Genesis)];
        List<TransactionRecord> next = [.. told.Where(t => t.Row > _reviewed).Take(MaxReviewed)];
        _reviewed = next.Count < MaxReviewed ? 0 : next[^1].Row;
        foreach (TransactionRecord record in next)
        {
            SendResult? result = await _sender
                .LookAsync(Transaction.Parse(record.Wire), record.LastValidHeight, cancellationToken).ConfigureAwait(false);
            TransactionState? known = result switch
            {
                { Outcome: SendOutcome.Done, Agreed: true } => TransactionState.Done,
                { Outcome: SendOutcome.Expired } => TransactionState.Expired,
                { Outcome: SendOutcome.Failed } => TransactionState.Failed,
                _ => null,
            };
            if (known is { } state && !_underWay.Has(record.Purpose, record.Key))
            {
                await EndAsync(record, state, result!.Slot, state == TransactionState.Done ? null : "one endpoint alone had it")
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>Stops waiting; what is under way goes on with the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _underWay.EndAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task<SettledTransaction> RunAsync(TransactionOrder order, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await _chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        TransactionRecord? earlier = _table.Last(order.Purpose, order.Key, facts.Genesis);
        if (earlier is { State: TransactionState.Done }
            && (_time.GetUtcNow() - earlier.At > Doubtful || !await AnswersAsync(cancellationToken).ConfigureAwait(false)))
        {
            return Settled(earlier, earlier.Slot, repeated: true);
        }

        if (earlier is { State: TransactionState.Told } && !await AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            return Settled(earlier, earlier.Slot, repeated: true);
        }

        if (earlier is { State: TransactionState.Done or TransactionState.Told or TransactionState.Signed }
            && await FinishAsync(earlier, cancellationToken).ConfigureAwait(false) is { } settled)
        {
            return settled with { Repeated = earlier.State != TransactionState.Signed };
        }

        if (order.First is { } first)
        {
            await RunAsync(first, cancellationToken).ConfigureAwait(false);
        }

        if (await _planner.AccountsFirstAsync(order, cancellationToken).ConfigureAwait(false) is { } accounts)
        {
            await RunAsync(accounts, cancellationToken).ConfigureAwait(false);
        }

        for (int signing = 0; signing < _options.MaxSignings; signing++)
        {
            TransactionRecord record = await SignAsync(order, facts, cancellationToken).ConfigureAwait(false);
            if (await FinishAsync(record, cancellationToken).ConfigureAwait(false) is { } done)
            {
                return done;
            }
        }

        throw new PaymentException(
            PaymentCodes.Expired,
            $"{order.What}: the cluster took none of {_options.MaxSignings} transactions in time; it may be overloaded. "
            + $"Nothing left the wallet {_wallet.Address}.");
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            _ = await _chain.SlotAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PaymentException)
        {
            return false;
        }
    }

    // When this returns, the bytes are in the journal, and nobody else has seen them but who must sign too.
    private async Task<TransactionRecord> SignAsync(
        TransactionOrder order, ClusterFacts facts, CancellationToken cancellationToken)
    {
        TransactionPlan plan = await _planner.PlanAsync(order, cancellationToken).ConfigureAwait(false);
        var record = new TransactionRecord(
            Interlocked.Increment(ref _lastRow), order.Purpose, order.Key, facts.Genesis, TransactionState.Approved, null,
            plan.Blockhash.LastValidBlockHeight, plan.Outflow.Fee, 0, null, _time.GetUtcNow());
        SpendingPermit permit = await _ledger.LockAsync(
            plan.Message, order.Scope, order.What, connection => TransactionTable.Insert(connection, record),
            cancellationToken).ConfigureAwait(false);
        try
        {
            Transaction transaction = _wallet.Sign(plan.Message, order.Scope, permit, order.ExtraSigners);
            if (order.CoSign is { } ask)
            {
                RequireFeeOnly(order, plan.Outflow);
                transaction = await ask(transaction, cancellationToken).ConfigureAwait(false);
            }

            if (!transaction.IsFullySigned || !transaction.MessageBytes.Span.SequenceEqual(plan.Message.Serialize()))
            {
                throw new PaymentException(
                    PaymentCodes.NotSigned, $"{order.What}: somebody who must sign the transaction has not signed it.");
            }

            byte[] wire = transaction.Serialize();
            await _table.SignedAsync(record.Row, wire, cancellationToken).ConfigureAwait(false);
            return record with { State = TransactionState.Signed, Wire = wire };
        }
        catch (Exception problem)
        {
            await EndAsync(record, TransactionState.Dropped, 0, problem.Message).ConfigureAwait(false);
            throw;
        }
    }

    private IEnumerable<TransactionRecord> Old(TransactionState state) =>
        _table.In(state).Where(t => _time.GetUtcNow() - t.At > Patience);

    private static void RequireFeeOnly(TransactionOrder order, Outflow outflow)
    {
        if (outflow.Amounts.Any(a => a.Key != default) || outflow.Of(default) != outflow.Fee)
        {
            throw new PaymentException(
                PaymentCodes.NotSigned, $"{order.What}: what others sign too may take nothing but the fee.");
        }
    }

    // Null if it is in no block and never will be: then, and only then, the payment may be signed anew.
    private async Task<SettledTransaction?> FinishAsync(TransactionRecord record, CancellationToken cancellationToken)
    {
        var transaction = Transaction.Parse(record.Wire);
        SendResult result = await _sender.ResumeAsync(transaction, record.LastValidHeight, cancellationToken)
            .ConfigureAwait(false);
        if (result.Outcome == SendOutcome.Done)
        {
            await EndAsync(
                record, result.Agreed ? TransactionState.Done : TransactionState.Told, result.Slot, null)
                .ConfigureAwait(false);
            LogDone(record.Purpose, record.Key, transaction.Id, record.Fee);
            return Settled(record, result.Slot);
        }

        if (result.Outcome == SendOutcome.Expired)
        {
            await EndAsync(record, TransactionState.Expired, 0, "no block took it in time").ConfigureAwait(false);
            LogExpired(record.Purpose, record.Key, transaction.Id);
            return null;
        }

        (_, string sentence) = ChainRefusal.Describe(result.Error, transaction.Message, _chain.Program);
        await EndAsync(record, TransactionState.Failed, result.Slot, sentence).ConfigureAwait(false);
        throw new PaymentException(
            PaymentCodes.Failed,
            $"The transaction {transaction.Id} for {record.Purpose} {record.Key} is in a block and failed: {sentence}. Its fee "
            + $"of {_chain.Show(default, record.Fee)} is gone, nothing else.");
    }

    // The outcome is written down also while the node stops: it is known, and asking again costs more.
    private Task EndAsync(TransactionRecord record, TransactionState state, ulong slot, string? problem) =>
        _table.EndAsync(record.Row, state, slot, problem, CancellationToken.None);

    private async Task<SettledTransaction> FinishLaterAsync(TransactionRecord record, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                ClusterFacts facts = await _chain.FactsAsync(cancellationToken).ConfigureAwait(false);
                if (facts.Genesis != record.Genesis)
                {
                    throw new PaymentException(
                        PaymentCodes.WrongCluster,
                        $"The transaction for {record.Purpose} {record.Key} is for the cluster with the genesis hash "
                        + $"{record.Genesis}; only that one knows what became of it.");
                }

                return await FinishAsync(record, cancellationToken).ConfigureAwait(false)
                    ?? throw new PaymentException(
                        PaymentCodes.Expired,
                        $"The transaction for {record.Purpose} {record.Key} is in no block, and never will be.");
            }
            catch (PaymentException away) when (away.Code == PaymentCodes.RpcUnreachable)
            {
                await Task.Delay(_options.FailureAge, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (PaymentException ended)
            {
                // Perhaps nobody waits for it in this process.
                LogNotDone(ended.Message);
                throw;
            }
        }
    }

    private static SettledTransaction Settled(TransactionRecord record, ulong slot, bool repeated = false) =>
        new(Transaction.Parse(record.Wire).Id, slot, record.Fee, repeated);

    [LoggerMessage(LogLevel.Information, "Going on with the transaction for {Purpose} {Key}")]
    private partial void LogResumed(string purpose, string key);

    [LoggerMessage(LogLevel.Information, "Transaction for {Purpose} {Key} is on the chain: {Id}, fee {Fee} lamports")]
    private partial void LogDone(string purpose, string key, string id, ulong fee);

    [LoggerMessage(LogLevel.Warning, "A transaction of an earlier run came to nothing: {Reason}")]
    private partial void LogNotDone(string reason);

    [LoggerMessage(LogLevel.Warning, "Transaction for {Purpose} {Key} expired: {Id}")]
    private partial void LogExpired(string purpose, string key, string id);
}
