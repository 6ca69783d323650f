using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Tests.Payments.Paying;

[TestFixture]
public sealed class ChannelBookTests
{
    [Test]
    public void Reservation_BeyondTheRoom_IsRefused()
    {
        PayChannel channel = Channels.Open(deposit: 100, promised: 40);
        var book = new ChannelBook([channel]);
        book.TryReserve(channel.Address, 50);

        Assert.That(book.TryReserve(channel.Address, 11), Is.Null);
        Assert.That(book.TryReserve(channel.Address, 10), Is.Not.Null);
        Assert.That(book.Reserved(channel.Address), Is.EqualTo(60));
    }

    [Test]
    public void Promise_TakesFromTheReservationAndRaisesTheChannel()
    {
        PayChannel channel = Channels.Open(deposit: 100);
        var book = new ChannelBook([channel]);
        Reservation reservation = book.TryReserve(channel.Address, 50)!;

        PayChannel raised = book.Promise(reservation, 20, 20, Channels.Now.AddHours(1));

        Assert.That(reservation.Left, Is.EqualTo(30));
        Assert.That(raised, Is.EqualTo(channel with { Signed = 20, UsedAt = Channels.Now.AddHours(1) }));
        Assert.That(book.Find(channel.Address), Is.EqualTo(raised));
        Assert.That(book.Reserved(channel.Address), Is.EqualTo(30));
    }

    [Test]
    public void Release_GivesTheRestBack()
    {
        PayChannel channel = Channels.Open(deposit: 100);
        var book = new ChannelBook([channel]);
        Reservation reservation = book.TryReserve(channel.Address, 100)!;
        book.Promise(reservation, 30, 30, Channels.Now);
        Assert.That(book.IsInUse(channel.Address), Is.True);

        book.Release(reservation);

        Assert.That(book.IsInUse(channel.Address), Is.False);
        Assert.That(book.TryReserve(channel.Address, 70), Is.Not.Null);
    }

    [Test]
    public void Channels_OfAnotherPayeeMintOrCluster_AreNotAProvidersOfThisOne()
    {
        PayChannel channel = Channels.Open();
        var book = new ChannelBook(
        [
            channel,
            Channels.Open("a") with { Key = channel.Key with { Payee = Channels.Named("other") } },
            Channels.Open("b") with { Key = channel.Key with { Mint = Channels.Named("mint") } },
            Channels.Open("c") with { Genesis = Channels.Named("fork") },
        ]);

        Assert.That(
            book.Of(Channels.Peer, Channels.Payee, default, Channels.Genesis).Select(c => c.Channel),
            Is.EqualTo(new[] { channel }));
    }
}
