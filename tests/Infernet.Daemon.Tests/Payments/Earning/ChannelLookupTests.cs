using Infernet.Core.Identity;
using Infernet.Daemon.Payments.Earning;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Earning;

public class ChannelLookupTests
{
    private const int ForStrangers = 30;

    // Peer ids cost nothing: however many ask, the chain is asked so often, and known channels are read all the same.
    [Test]
    public async Task Find_ManyStrangersWithChannelsThatAreNowhere_LeaveRoomForOthers()
    {
        await using var bench = new EarningBench(o => o with { StrangerLookupsPerMinute = ForStrangers });
        ChannelState mine = bench.OpenChannel();
        using PayerAccount account = await bench.AccountAsync(mine);
        (NodeIdentity payer, int before) = (bench.Payer, bench.Questions);
        for (int i = 0; i < 4 * ForStrangers; i++)
        {
            bench.Payer = NodeIdentity.Generate();
            string refused = await bench.RefusalAsync(bench.Offer(
                mine with { Key = mine.Key with { Signer = new Address(bench.Payer.PublicKey) } }));
            Assert.That(refused, Does.Contain("no channel").Or.Contain("try again in a minute"));
        }

        Assert.That(bench.Questions - before, Is.EqualTo(ForStrangers - 1), "the first was the payer's own");
        bench.Payer = payer;
        bench.Time.Advance(bench.Options.WatchInterval);
        using PayerAccount another = await bench.AccountAsync(mine);
        Assert.That(bench.Questions - before, Is.GreaterThan(ForStrangers));
    }
}
