using System.Net.Http.Headers;
using Infernet.Solana.Rpc;

namespace Infernet.Solana.Tests.Rpc;

public class HoldTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    private readonly ManualTime _time = new();

    [Test]
    public void Until_NothingAsked_HoldsNothing()
    {
        var hold = new Hold(Longest, _time);
        Assert.That(hold.Until(null), Is.Null);
        Assert.That(hold.Left, Is.LessThanOrEqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Until_Seconds_HoldsThemAndNoLonger()
    {
        var hold = new Hold(Longest, _time);
        Assert.That(hold.Until(new RetryConditionHeaderValue(TimeSpan.FromSeconds(5))), Is.EqualTo(TimeSpan.FromSeconds(5)));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.That(hold.Left, Is.EqualTo(TimeSpan.FromSeconds(2)));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(hold.Left, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Until_ADate_HoldsUntilThen()
    {
        var hold = new Hold(Longest, _time);
        hold.Until(new RetryConditionHeaderValue(_time.GetUtcNow() + TimeSpan.FromSeconds(4)));
        Assert.That(hold.Left, Is.EqualTo(TimeSpan.FromSeconds(4)));
    }

    [Test]
    public void Until_LongerThanWeArePatient_IsCut() => Assert.That(
        new Hold(Longest, _time).Until(new RetryConditionHeaderValue(TimeSpan.FromDays(1))), Is.EqualTo(Longest));

    [Test]
    public void Until_ADateThatIsOver_HoldsNothing() => Assert.That(
        new Hold(Longest, _time).Until(new RetryConditionHeaderValue(_time.GetUtcNow() - TimeSpan.FromDays(1))), Is.Null);

    private sealed class ManualTime : TimeProvider
    {
        private readonly DateTimeOffset _begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private TimeSpan _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _passed += by;

        public override DateTimeOffset GetUtcNow() => _begin + _passed;

        public override long GetTimestamp() => _passed.Ticks;
    }
}
