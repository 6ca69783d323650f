using Infernet.Libp2p.Tests.Support;
using Infernet.Libp2p.Yamux;

namespace Infernet.Libp2p.Tests.Yamux;

internal sealed class KeepAliveTests
{
    private readonly ManualTime _time = new();

    [Test]
    public void Advance_BeforeSilence_AsksForNothing()
    {
        KeepAlive keepAlive = Make();
        _time.Advance(TimeSpan.FromSeconds(29));

        Assert.That(keepAlive.Advance(), Is.EqualTo(KeepAliveAction.None));
    }

    [Test]
    public void Advance_AfterAnAnswer_StartsAnew()
    {
        KeepAlive keepAlive = Make();
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.That(keepAlive.Advance(), Is.EqualTo(KeepAliveAction.Ping));
        uint value = keepAlive.NextValue();
        _time.Advance(TimeSpan.FromSeconds(5));
        keepAlive.OnReceived();
        keepAlive.OnAnswer(value);

        Assert.That(keepAlive.Advance(), Is.EqualTo(KeepAliveAction.None));
        Assert.That(keepAlive.RoundTrip, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(keepAlive.WindowTurnaround, Is.EqualTo(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void OnAnswer_OfAnotherValue_CountsForNothing()
    {
        KeepAlive keepAlive = Make();
        uint value = keepAlive.NextValue();
        keepAlive.OnAnswer(value + 1);
        _time.Advance(TimeSpan.FromSeconds(21));

        Assert.That(keepAlive.Advance(), Is.EqualTo(KeepAliveAction.GiveUp));
    }

    private KeepAlive Make() => new(new YamuxOptions { Time = _time });
}
