using Infernet.Daemon.Payments.Chain;

namespace Infernet.Daemon.Tests.Payments.Chain;

public class ChainWatchTests() : PaymentFixture(tokens: false, o => o with { MaxAttempts = 1 })
{
    [Test]
    public async Task Look_ClusterThatWentAway_IsAProblem_ThoughItsFactsAreKnown()
    {
        var watch = new ChainWatch(_bench.Client, _bench.Desk, _bench.Stakes);
        await watch.LookAsync(default);
        Assert.That(watch.Problem, Is.Null);
        _bench.Wire.Rule = (_, _, _) => throw new HttpRequestException("dead");
        await watch.LookAsync(default);
        Assert.That(watch.Problem, Does.Contain("can't be asked").And.Contain("rpc_urls"));
        _bench.Wire.Rule = (_, _, through) => through();
        await watch.LookAsync(default);
        Assert.That(watch.Problem, Is.Null);
    }

    [Test]
    public async Task Look_AtTheOwnStake_FollowsItsTier()
    {
        var watch = new ChainWatch(_bench.Client, _bench.Desk, _bench.Stakes);
        await watch.LookAsync(default);
        Assert.That(watch.StakedJobs, Is.Zero);
        await _bench.Stakes.AddAsync(2_000, dryRun: false, default);
        await watch.LookAsync(default);
        Assert.That(watch.StakedJobs, Is.EqualTo(3));
    }
}
