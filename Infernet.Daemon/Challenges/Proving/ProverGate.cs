using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Execution.Challenges;
using Reason = Infernet.Core.Schemas.ChallengeDecline.Types.Reason;

namespace Infernet.Daemon.Challenges.Proving;

/// <summary>
/// Decides which challenges this node takes on: one at a time, none beside paid work, none that would take too long or
/// too much memory, and only so many an hour. Thread-safe.
/// </summary>
/// <param name="limits">How much this node works for challengers.</param>
/// <param name="isBusy">Whether there is paid work.</param>
/// <param name="speed">How fast this machine is; null while it is not known.</param>
/// <param name="availableMemory">Bytes that are free.</param>
internal sealed class ProverGate(
    ProverLimits limits, Func<bool> isBusy, Func<SpeedClaim?> speed, Func<long> availableMemory)
{
    // Slow enough for any machine that serves models at all.
    private static readonly SpeedClaim Unknown = new(10e9, 1e9, 100e6);

    private readonly Lock _lock = new();
    private readonly ProverAllowance _allowance = new(limits);
    private bool _taken;
    private bool _closed;

    /// <summary>Admits a challenge, which holds the gate until <see cref="Leave"/>; or says why not.</summary>
    public ChallengeDecline? TryEnter(PeerId challenger, ChallengeShape shape, int rounds, DateTimeOffset now)
    {
        long largest = LargestSize(shape, rounds);
        lock (_lock)
        {
            if (_closed)
            {
                return ChallengeMessages.Decline(Reason.ShuttingDown, "this node is stopping");
            }

            if (_taken || isBusy())
            {
                return ChallengeMessages.Decline(
                    Reason.Busy, _taken ? "another challenge is being served" : "paid work comes first");
            }

            if (shape.Size > largest)
            {
                return ChallengeMessages.Decline(
                    Reason.TooLarge, $"this node takes a size of at most {largest} on at the moment", largest);
            }

            if (_allowance.TryServe(challenger, now) is { } exhausted)
            {
                return ChallengeMessages.Decline(Reason.Limit, exhausted);
            }

            _taken = true;
            return null;
        }
    }

    /// <summary>The challenge that was admitted is over.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _taken = false;
        }
    }

    /// <summary>Admits nothing any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    /// <summary>The largest size that fits the time and the memory; 0 if none does.</summary>
    internal long LargestSize(ChallengeShape shape, int rounds)
    {
        SpeedClaim machine = speed() ?? Unknown;
        double seconds = limits.MaxWork.TotalSeconds;
        if (shape.Kernel == ChallengeKernels.MatrixProduct)
        {
            double size = Math.Cbrt(seconds / rounds * machine.OperationsPerSecond / 2);
            return (long)size / ChallengeKernels.MatrixGranularity * ChallengeKernels.MatrixGranularity;
        }

        double walking = (double)shape.Steps * shape.Lanes * ChallengeKernels.MemoryGranularity * rounds
            / machine.BytesPerSecond;
        double filled = Math.Max(0, seconds - walking) * machine.FilledBytesPerSecond;
        double memory = Math.Min(limits.MaxMemory, availableMemory() * limits.MaxMemoryShare);
        return (long)Math.Min(filled, memory) / ChallengeKernels.MemoryGranularity * ChallengeKernels.MemoryGranularity;
    }
}
