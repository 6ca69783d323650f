using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Dht.Tests;

[CancelAfter(30_000)]
internal sealed class BackgroundTasksTests
{
    [Test]
    public async Task RunEvery_RoundFails_NextRoundComes(CancellationToken cancellationToken)
    {
        var time = new FakeTime();
        await using var tasks = new BackgroundTasks(NullLogger.Instance);
        var rounds = new SemaphoreSlim(0);
        _ = tasks.RunEvery("rounds", TimeSpan.FromSeconds(1), time, _ =>
        {
            rounds.Release();
            throw new InvalidOperationException("this round fails");
        });
        for (int i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await rounds.WaitAsync(cancellationToken);
        }
    }

    [Test]
    public async Task Dispose_WorkUnderWay_CancelsAndAwaitsIt(CancellationToken cancellationToken)
    {
        var tasks = new BackgroundTasks(NullLogger.Instance);
        bool ended = false;
        _ = tasks.Run("endless", async stop =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                ended = true;
            }
        });
        await tasks.DisposeAsync().AsTask().WaitAsync(cancellationToken);
        Assert.That(ended, Is.True);
        Assert.That(tasks.Stopping.IsCancellationRequested, Is.True);
    }

    [Test]
    public async Task Run_AfterDispose_DoesNothing(CancellationToken cancellationToken)
    {
        var tasks = new BackgroundTasks(NullLogger.Instance);
        await tasks.DisposeAsync();
        bool ran = false;
        await tasks.Run("late", _ =>
        {
            ran = true;
            return Task.CompletedTask;
        }).WaitAsync(cancellationToken);
        Assert.That(ran, Is.False);
    }
}
