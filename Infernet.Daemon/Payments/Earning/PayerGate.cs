using Infernet.Core.Payments;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>The <see cref="CreditGate"/> of one payer, as its jobs share it: under a lock, and with the waiting.</summary>
/// <param name="gate">Says what may begin.</param>
/// <param name="paid">What the payer had paid in all when what it owes was read.</param>
internal sealed class PayerGate(CreditGate gate, ulong paid = 0)
{
    private ulong _paid = paid;
    private readonly Lock _lock = new();
    private readonly List<Task> _taking = [];
    private ulong _trusted;

    /// <summary>What may be unpaid or out, and what is unpaid.</summary>
    public (ulong Window, ulong Unpaid) Standing
    {
        get
        {
            lock (_lock)
            {
                return (gate.Window, gate.Unpaid < 0 ? 0 : (ulong)Int128.Min(gate.Unpaid, ulong.MaxValue));
            }
        }
    }

    /// <summary>Whether a shard waits.</summary>
    public bool IsWaitedAt
    {
        get
        {
            lock (_lock)
            {
                return gate.Waiting > 0;
            }
        }
    }

    /// <summary>What the payer is lent without a reason, as long as any of its jobs is open.</summary>
    public ulong First { get; set; }

    /// <summary>What of its window has no reason by now.</summary>
    public ulong Trusted
    {
        get
        {
            lock (_lock)
            {
                return _trusted;
            }
        }
    }

    /// <summary>A voucher of the payer is on its way to the journal.</summary>
    public void Takes(Task voucher)
    {
        lock (_lock)
        {
            _taking.RemoveAll(t => t.IsCompleted);
            _taking.Add(voucher);
        }
    }

    /// <summary>Waits until a shard may begin.</summary>
    /// <param name="entry">The shard.</param>
    /// <param name="patience">How long it waits at most, once the vouchers that came before it are written.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null when it may begin, or why it may not, for its payer.</returns>
    public async Task<string?> EnterAsync(
        GateEntry entry, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        Task taken;
        lock (_lock)
        {
            switch (gate.Enter(entry))
            {
                case GateAnswer.Begin:
                    return null;
                case GateAnswer.Refuse refuse:
                    return refuse.Reason;
            }

            taken = Task.WhenAll(_taking);
        }

        try
        {
            await taken.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await entry.Begun.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                return gate.Leave(entry) ? gate.Describe() : null;
            }
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (!gate.Leave(entry))
                {
                    Begin(gate.Ended(entry, 0));
                }
            }

            throw;
        }
    }

    /// <summary>An item of a shard ended, and did not take all that it could have.</summary>
    public void ItemEnded(GateEntry entry, Usage spared, Prices prices)
    {
        lock (_lock)
        {
            entry.Bound = entry.Bound.Without(spared);
            Begin(gate.Reduce(entry, Math.Min(entry.Worst, prices.CostOf(entry.Bound))));
        }
    }

    /// <summary>Lets an audit begin.</summary>
    /// <returns>Null, or why it may not, for its payer.</returns>
    public string? TryEnterAudit(GateEntry entry)
    {
        lock (_lock)
        {
            return gate.TryEnterAudit(entry);
        }
    }

    /// <summary>A shard that began is over, and cost so much.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="cost">What is owed for it.</param>
    /// <param name="billed">What <see cref="Bill"/> said before; 0 if it was not asked.</param>
    public void Ended(GateEntry entry, ulong cost, ulong billed = 0)
    {
        lock (_lock)
        {
            entry.Intent.Billing -= billed;
            Begin(gate.Ended(entry, cost));
        }
    }

    /// <summary>
    /// The payer has paid so much in all. Told in any order; and of what was there when this gate was made, it may be told
    /// again.
    /// </summary>
    public void PaidUpTo(ulong total)
    {
        lock (_lock)
        {
            if (total > _paid)
            {
                ulong more = total - _paid;
                _paid = total;
                Begin(gate.Paid(more));
            }
        }
    }

    /// <summary>The payer's window is another one now.</summary>
    public void Resize(PayerWindow window)
    {
        lock (_lock)
        {
            _trusted = window.Trusted;
            Begin(gate.Resize(window.Amount));
        }
    }

    /// <summary>The payer's window is this, unless another of its jobs has a wider one.</summary>
    public void Widen(PayerWindow window)
    {
        lock (_lock)
        {
            _trusted = Math.Min(_trusted, window.Trusted);
            Begin(gate.Resize(Math.Max(gate.Window, window.Amount)));
        }
    }

    /// <summary>Counts what was paid on a job's stream towards that job.</summary>
    public void Credit(IntentUse intent, ulong amount)
    {
        lock (_lock)
        {
            intent.Paid = Math.Min(intent.Used, intent.Paid > ulong.MaxValue - amount ? ulong.MaxValue : intent.Paid + amount);
        }
    }

    /// <summary>
    /// Takes what a shard cost out of what its job may still ask, or all of that; several that end at once share it.
    /// </summary>
    public ulong Bill(IntentUse intent, ulong cost)
    {
        lock (_lock)
        {
            ulong bill = Math.Min(cost, intent.Left - Math.Min(intent.Left, intent.Billing));
            intent.Billing += bill;
            return bill;
        }
    }

    /// <summary>What a job may still ask.</summary>
    public ulong LeftOf(IntentUse intent)
    {
        lock (_lock)
        {
            return intent.Left;
        }
    }

    /// <summary>What a job asked and was not paid on its own stream.</summary>
    public ulong UnpaidOf(IntentUse intent)
    {
        lock (_lock)
        {
            return intent.Unpaid;
        }
    }

    private static void Begin(IReadOnlyList<GateEntry> entries)
    {
        foreach (GateEntry entry in entries)
        {
            entry.Begin();
        }
    }
}
