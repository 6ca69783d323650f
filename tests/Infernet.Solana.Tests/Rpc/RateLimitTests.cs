using Infernet.Solana.Rpc;

namespace Infernet.Solana.Tests.Rpc;

public class RateLimitTests
{
    [Test]
    public void Wait_MoreThanASecondsWorth_IsSpread()
    {
        var clock = new StandingClock();
        var limit = new RateLimit(10, TimeSpan.FromSeconds(60), clock);
        using var stop = new CancellationTokenSource();
        Task[] waits = [.. Enumerable.Range(0, 12).Select(_ => limit.WaitAsync(stop.Token))];
        Assert.That(waits.Count(w => w.IsCompletedSuccessfully), Is.EqualTo(1));
        stop.Cancel();

        // What was asked for is counted, whether or not it was waited for.
        clock.Passed += TimeSpan.FromSeconds(1.2);
        Assert.That(limit.WaitAsync(default).IsCompletedSuccessfully);
    }

    [Test]
    public void Wait_AfterAPause_LetsOneSecondsWorthThrough()
    {
        var clock = new StandingClock();
        var limit = new RateLimit(10, TimeSpan.FromSeconds(60), clock);
        clock.Passed += TimeSpan.FromHours(1);
        using var stop = new CancellationTokenSource();
        Task[] waits = [.. Enumerable.Range(0, 30).Select(_ => limit.WaitAsync(stop.Token))];
        Assert.That(waits.Count(w => w.IsCompletedSuccessfully), Is.EqualTo(11));
        stop.Cancel();
    }

    // As many as like ask, and give up: who comes after them waits a minute at most.
    [Test]
    public async Task Wait_AfterAFlood_IsRefusedAtOnce_AndSoonServedAgain()
    {
        var clock = new StandingClock();
        var limit = new RateLimit(10, TimeSpan.FromSeconds(60), clock);
        using var stop = new CancellationTokenSource();
        Task<bool>[] flood = [.. Enumerable.Range(0, 5_000).Select(_ => limit.WaitAsync(stop.Token))];
        await stop.CancelAsync();
        Assert.That(flood.Count(w => w is { IsCompletedSuccessfully: true, Result: false }), Is.GreaterThan(4_300));
        Assert.That(await limit.WaitAsync(default), Is.False);
        clock.Passed += TimeSpan.FromSeconds(61);
        Assert.That(await limit.WaitAsync(default), Is.True);
    }

    [Test]
    public void Wait_ClockIsPutBack_DoesNotStall()
    {
        var clock = new StandingClock { Day = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(1) };
        var limit = new RateLimit(10, TimeSpan.FromSeconds(60), clock);
        Assert.That(limit.WaitAsync(default).IsCompletedSuccessfully);
        clock.Day -= TimeSpan.FromMinutes(10);
        clock.Passed += TimeSpan.FromSeconds(1);
        Assert.That(limit.WaitAsync(default).IsCompletedSuccessfully);
    }

    private sealed class StandingClock : TimeProvider
    {
        public DateTimeOffset Day { get; set; } = DateTimeOffset.UnixEpoch;

        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Day;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
