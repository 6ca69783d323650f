using Infernet.Solana.Transactions;

namespace Infernet.Solana.Rpc;

/// <summary>
/// Sends a transaction until it is in a block or can never be. The same bytes go out again and again, so the payment
/// is made at most once; "expired" is said only when every endpoint's finalized chain is past the blockhash's last
/// height and none of them knows the transaction.
/// </summary>
public sealed class TransactionSender(SolanaRpc rpc)
{
    // A notification and a poll run a race for each transaction, so one that comes second proves nothing.
    private const int MostUntold = 10;

    private static readonly Task NeverTold = new TaskCompletionSource().Task;
    private volatile string? _silence;
    private int _untold;

    /// <summary>
    /// Why the cluster's WebSocket tells nothing of transactions, for people; null if it does, or there is none. They are
    /// asked for all the same.
    /// </summary>
    public string? Silence => _silence;

    /// <summary>
    /// Simulates, sends, and waits. Throws when cancelled: the transaction may be in a block by then, so its id must
    /// be kept before this is called, and looked for with <see cref="ResumeAsync"/> after.
    /// </summary>
    /// <exception cref="RpcException">The cluster could not be asked before anything was sent.</exception>
    public async Task<SendResult> SendAsync(
        Transaction transaction, ulong lastValidBlockHeight, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);

        // A preflight at sending would not do: after a lost answer it would fail because the first try succeeded.
        SimulationResult simulation = await rpc.SimulateAsync(transaction, cancellation).ConfigureAwait(false);
        return simulation.Error is null
            ? await ResumeAsync(transaction, lastValidBlockHeight, cancellation).ConfigureAwait(false)
            : new SendResult(SendOutcome.Refused, transaction.Id, 0, simulation.Error);
    }

    /// <summary>
    /// Goes on with a transaction that may have been sent before, for instance by a process that crashed.
    /// </summary>
    public async Task<SendResult> ResumeAsync(
        Transaction transaction, ulong lastValidBlockHeight, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        await using SignatureWatch? watch = rpc.Options.WebSocket is { } address
            ? SignatureWatch.Start(address, transaction.Id, rpc.Options.Commitment) : null;
        Task told = watch?.Told ?? NeverTold;
        long begun = rpc.Time.GetTimestamp();
        long? sent = null;
        bool paused = false;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (sent is null || rpc.Time.GetElapsedTime(sent.Value) >= rpc.Options.RebroadcastInterval)
            {
                sent = rpc.Time.GetTimestamp();
                await BroadcastAsync(transaction, cancellation).ConfigureAwait(false);
            }

            bool patient = rpc.Time.GetElapsedTime(begun) < rpc.Options.AgreementPatience;
            SendResult? result = await LookAsync(transaction.Id, lastValidBlockHeight, patient, cancellation)
                .ConfigureAwait(false);
            if (result is not null)
            {
                Remember(watch, paused);
                return result;
            }

            paused = true;
            told = await PauseAsync(told, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What the endpoints say of a transaction now; null if nobody knows yet. Nothing is sent.</summary>
    public Task<SendResult?> LookAsync(
        Transaction transaction, ulong lastValidBlockHeight, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return LookAsync(transaction.Id, lastValidBlockHeight, patient: false, cancellation);
    }

    // A notification ends one pause early, and decides nothing: it may come too soon, or be a lie.
    private async Task<Task> PauseAsync(Task told, CancellationToken cancellation)
    {
        Task pause = Task.Delay(rpc.Options.PollInterval, rpc.Time, cancellation);
        Task first = await Task.WhenAny(pause, told).ConfigureAwait(false);
        await first.ConfigureAwait(false);
        return first == told ? NeverTold : told;
    }

    // What was there at the first look nobody could have told sooner.
    private void Remember(SignatureWatch? watch, bool paused)
    {
        if (watch is null || watch.Told.IsCompleted)
        {
            (_silence, _untold) = (null, 0);
        }
        else if (watch.Problem is { } problem)
        {
            _silence = problem;
        }
        else if (paused && Interlocked.Increment(ref _untold) >= MostUntold)
        {
            _silence = $"it was silent about the last {_untold}";
        }
    }

    // What the cluster says to a broadcast proves nothing; what it has in its blocks does.
    private async Task BroadcastAsync(Transaction transaction, CancellationToken cancellation)
    {
        try
        {
            await rpc.BroadcastAsync(transaction, cancellation).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // The next round asks what became of it, and sends again.
        }
    }

    // All at once: one that is slow must not hold up the others.
    private async Task<SendResult?> LookAsync(
        string id, ulong lastValidBlockHeight, bool patient, CancellationToken cancellation) => TransactionJudge.Judge(
        id,
        await Task.WhenAll(Enumerable.Range(0, rpc.Options.Endpoints.Count)
            .Select(e => AskAsync(e, id, lastValidBlockHeight, cancellation))).ConfigureAwait(false),
        patient);

    private async Task<Testimony> AskAsync(
        int endpoint, string id, ulong lastValidBlockHeight, CancellationToken cancellation)
    {
        try
        {
            // The height comes first: a block between the two questions can't slip through.
            ulong height = await rpc.GetFinalizedHeightAsync(endpoint, cancellation).ConfigureAwait(false);
            SignatureStatus? status = await rpc.GetStatusAsync(endpoint, id, cancellation).ConfigureAwait(false);
            return status switch
            {
                null => new Testimony(
                    height > lastValidBlockHeight ? Testimony.Word.Never : Testimony.Word.NotYet),
                _ when status.Commitment < rpc.Options.Commitment => new Testimony(Testimony.Word.NotYet),
                { Error: null } => new Testimony(Testimony.Word.Done, status.Slot),
                _ => new Testimony(Testimony.Word.Failed, status.Slot, status.Error),
            };
        }
        catch (RpcException)
        {
            // An endpoint that is silent, or talks nonsense, may still have the transaction.
            return new Testimony(Testimony.Word.Silent);
        }
    }
}
