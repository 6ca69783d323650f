using Infernet.Core.Identity;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// The payers whose jobs are open: one gate for each, over all of its jobs, and what the jobs may still ask of their
/// channels. Thread-safe.
/// </summary>
internal sealed class PayerBook
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, (PayerGate Gate, int Jobs)> _gates = [];
    private readonly Dictionary<string, List<(PayerGate Gate, IntentUse Intent)>> _byChannel = [];

    /// <summary>Whether a job is open on a channel.</summary>
    public bool IsWorkedFor(string channel)
    {
        lock (_lock)
        {
            return _byChannel.ContainsKey(channel);
        }
    }

    /// <summary>Reserves an intent's ceiling on a channel, if what is free there allows it.</summary>
    /// <param name="channel">In base58.</param>
    /// <param name="gate">The payer's.</param>
    /// <param name="intent">Of the job.</param>
    /// <param name="problem">Given what open jobs may still ask there, why no job is begun; null if one may be.</param>
    /// <returns>What it said.</returns>
    public string? Reserve(string channel, PayerGate gate, IntentUse intent, Func<ulong, string?> problem)
    {
        lock (_lock)
        {
            List<(PayerGate Gate, IntentUse Intent)> open = _byChannel.GetValueOrDefault(channel) ?? [];
            if (problem(Sum(open)) is { } refusal)
            {
                return refusal;
            }

            open.Add((gate, intent));
            _byChannel[channel] = open;
            return null;
        }
    }

    /// <summary>What open jobs may still ask of a channel.</summary>
    public ulong Reserved(string channel)
    {
        lock (_lock)
        {
            return Sum(_byChannel.GetValueOrDefault(channel) ?? []);
        }
    }

    public void Release(string channel, IntentUse intent)
    {
        lock (_lock)
        {
            if (_byChannel.TryGetValue(channel, out List<(PayerGate Gate, IntentUse Intent)>? open)
                && open.RemoveAll(o => ReferenceEquals(o.Intent, intent)) > 0 && open.Count == 0)
            {
                _byChannel.Remove(channel);
            }
        }
    }

    /// <summary>The gate of a payer, made if no job of its is open, with its window; each must be left again.</summary>
    /// <param name="payer">Who pays.</param>
    /// <param name="first">What it is lent without a reason, given what others are so; what it had before stays.</param>
    /// <param name="window">Its window, given that.</param>
    /// <param name="make">Makes a gate with a window.</param>
    public PayerGate Enter(
        PeerId payer, Func<ulong, ulong> first, Func<ulong, PayerWindow> window, Func<ulong, PayerGate> make)
    {
        lock (_lock)
        {
            // Under the lock, or newcomers that come at once would each be lent what is there once.
            ulong lent = first(_gates.Where(g => !g.Key.Equals(payer))
                .Aggregate(0ul, (sum, g) => sum + Math.Min(g.Value.Gate.Trusted, ulong.MaxValue - sum)));
            (PayerGate? gate, int jobs) = _gates.GetValueOrDefault(payer);
            lent = Math.Max(lent, gate?.First ?? 0);
            PayerWindow wide = window(lent);
            gate ??= make(wide.Amount);
            gate.First = lent;
            gate.Resize(wide);
            _gates[payer] = (gate, jobs + 1);
            return gate;
        }
    }

    /// <summary>How many jobs of a payer are open, audits among them.</summary>
    public int JobsOf(PeerId payer)
    {
        lock (_lock)
        {
            return _gates.GetValueOrDefault(payer).Jobs;
        }
    }

    public void Leave(PeerId payer)
    {
        lock (_lock)
        {
            (PayerGate gate, int jobs) = _gates[payer];
            if (jobs == 1)
            {
                _gates.Remove(payer);
            }
            else
            {
                _gates[payer] = (gate, jobs - 1);
            }
        }
    }

    /// <summary>A payer has paid so much in all, by whatever way.</summary>
    public void Paid(PeerId payer, ulong total)
    {
        PayerGate? gate;
        lock (_lock)
        {
            gate = _gates.TryGetValue(payer, out (PayerGate Gate, int Jobs) known) ? known.Gate : null;
        }

        gate?.PaidUpTo(total);
    }

    // What is unpaid counts no more than it is in all: vouchers of jobs that share a channel pass one another, and each says
    // of the others' work as well that it is paid.
    private static ulong Sum(List<(PayerGate Gate, IntentUse Intent)> open)
    {
        (UInt128 left, UInt128 unpaid, UInt128 most) = (0, 0, 0);
        foreach ((PayerGate gate, IntentUse intent) in open)
        {
            left += gate.LeftOf(intent);
            unpaid += gate.UnpaidOf(intent);
            most = gate.Standing.Unpaid;
        }

        return (ulong)UInt128.Min(left + UInt128.Min(unpaid, most), ulong.MaxValue);
    }
}
