using Infernet.Libp2p.Yamux;

namespace Infernet.Libp2p.Tests.Yamux;

internal sealed class WindowTests
{
    private const int Kilo = 1024;
    private const int Maximum = 16 * 1024 * Kilo;

    [Test]
    public void Receive_UpToTheWindow_IsAllowedAndNotAByteMore()
    {
        ReceiveWindow window = Make();

        Assert.That(window.TryReceive(SendWindow.Initial), Is.True);
        Assert.That(window.TryReceive(1), Is.False);
    }

    [Test]
    public void Advance_ByLessThanHalf_GivesNoCredit()
    {
        ReceiveWindow window = Make();
        window.TryReceive(100 * Kilo);

        Assert.That(window.Advance(100 * Kilo, 100 * Kilo, grow: false), Is.Zero);
    }

    [Test]
    public void Advance_ByHalf_GivesWhatWasConsumed()
    {
        ReceiveWindow window = Make();
        window.TryReceive(128 * Kilo);

        Assert.That(window.Advance(128 * Kilo, 128 * Kilo, grow: false), Is.EqualTo(128 * Kilo));
    }

    [Test]
    public void Advance_WhenTooSlow_DoublesTheWindow()
    {
        ReceiveWindow window = Make();
        window.TryReceive(128 * Kilo);

        Assert.That(window.Advance(128 * Kilo, 128 * Kilo, grow: true), Is.EqualTo((128 + 256) * Kilo));
        Assert.That(window.Size, Is.EqualTo(512 * Kilo));
    }

    [Test]
    public void Advance_ByExaminingAlone_LetsMoreCome()
    {
        ReceiveWindow window = Make();
        window.TryReceive(256 * Kilo);

        Assert.That(window.Advance(0, 256 * Kilo, grow: false), Is.EqualTo(256 * Kilo));
    }

    [Test]
    public void Advance_ByExaminingAlone_EndsAtTheMaximum()
    {
        ReceiveWindow window = Make();
        long granted = SendWindow.Initial;
        long received = 0;
        while (!window.IsStuck)
        {
            Assert.That(window.TryReceive((int)(granted - received)), Is.True);
            received = granted;
            granted += window.Advance(0, received, grow: true);
        }

        Assert.That(received, Is.EqualTo(Maximum));
    }

    [Test]
    public void Advance_WithoutMemoryLeft_StaysAtTheInitialWindow()
    {
        var window = new ReceiveWindow(Maximum, _ => false);
        window.TryReceive(SendWindow.Initial);

        Assert.That(window.Advance(0, SendWindow.Initial, grow: true), Is.Zero);
        Assert.That(window.IsStuck, Is.True);
    }

    [Test]
    public void Advance_WithoutMemoryLeft_StillRepaysWhatIsConsumed()
    {
        var window = new ReceiveWindow(Maximum, _ => false);
        window.TryReceive(SendWindow.Initial);

        Assert.That(
            window.Advance(SendWindow.Initial, SendWindow.Initial, grow: true), Is.EqualTo(SendWindow.Initial));
    }

    [Test]
    public void Advance_InAnyOrder_NeverGrantsMoreThanWasReserved()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            long budget = random.Next(Maximum);
            long reserved = 0;
            var window = new ReceiveWindow(Maximum, more =>
            {
                bool fits = reserved + more <= budget;
                reserved += fits ? more : 0;
                return fits;
            });
            long granted = SendWindow.Initial;
            long received = 0;
            long consumed = 0;
            for (int step = 0; step < 200; step++)
            {
                int count = (int)random.NextInt64(granted - received + 1);
                Assert.That(window.TryReceive(count), Is.True);
                received += count;
                consumed += random.NextInt64(received - consumed + 1) * random.Next(2);
                granted += window.Advance(consumed, random.Next(2) == 0 ? consumed : received, random.Next(2) == 0);

                Assert.That(granted - consumed, Is.LessThanOrEqualTo(SendWindow.Initial + reserved));
                Assert.That(granted - consumed, Is.LessThanOrEqualTo(Maximum));
            }
        }
    }

    [Test]
    public void Grant_BeyondFourGigabytes_IsRefused()
    {
        var window = new SendWindow();

        Assert.That(window.TryGrant(uint.MaxValue), Is.False);
        Assert.That(window.TryGrant(uint.MaxValue - SendWindow.Initial), Is.True);
    }

    private static ReceiveWindow Make() => new(Maximum, _ => true);
}
