using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Tests.Support;

namespace Infernet.Libp2p.Tests.Hosting;

internal sealed class PendingHandshakesTests
{
    private readonly ManualTime _time = new();

    [Test]
    public async Task Run_BeyondTheLimit_CancelsTheOldest()
    {
        PendingHandshakes pending = Make();
        Task<int> first = pending.RunAsync(ForeverAsync, CancellationToken.None);
        Task<int> second = pending.RunAsync(ForeverAsync, CancellationToken.None);
        Task<int> third = pending.RunAsync(ForeverAsync, CancellationToken.None);

        Assert.That(async () => await first.WaitAsync(TestHosts.Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((second.IsCompleted, third.IsCompleted, pending.Count), Is.EqualTo((false, false, 2)));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.That(async () => await third.WaitAsync(TestHosts.Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await second.WaitAsync(TestHosts.Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(pending.Count, Is.Zero);
        await Task.CompletedTask;
    }

    [Test]
    public async Task Run_ToItsEnd_LeavesItsPlace()
    {
        PendingHandshakes pending = Make();

        Assert.That(await pending.RunAsync(_ => Task.FromResult(7), CancellationToken.None), Is.EqualTo(7));
        Assert.That(pending.Count, Is.Zero);
    }

    private PendingHandshakes Make() => new(limit: 2, TimeSpan.FromSeconds(10), _time);

    private static async Task<int> ForeverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
