using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;

namespace Infernet.Cheater.Cheats;

/// <summary>No cheat: an honest node on a slow machine, which must not be taken for one.</summary>
internal sealed class SlowProvider() : Cheat("slow", "honest, one answer at a time, and each takes a while")
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private readonly SemaphoreSlim _turn = new(1);

    public override async Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            using var timer = new PeriodicTimer(Pause);
            await timer.WaitForNextTickAsync(cancellationToken);
            return await honest.AnswerAsync(item, sampling, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public override ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return base.DisposeAsync();
    }
}
