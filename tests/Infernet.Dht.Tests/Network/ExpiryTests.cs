using Infernet.Core.Schemas.Kad;
using Infernet.Dht.Protocol;
using Infernet.Dht.Providers;
using Infernet.Dht.Tests.Records;

namespace Infernet.Dht.Tests.Network;

/// <summary>Records over days, by a clock that the test moves.</summary>
[CancelAfter(60_000)]
internal sealed class ExpiryTests
{
    private static readonly byte[] Key = "/test/a"u8.ToArray();
    private static readonly ProviderKey Name = ProviderKeys.Capability("engine", "docker");

    [Test]
    public async Task Records_PublisherGone_ExpireAfterTwoDays(CancellationToken cancellationToken)
    {
        var time = new FakeTime();
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(
            3, LoopbackSwarm.Options with { Time = time }, cancellationToken);
        await swarm[2].Dht.PutValueAsync(Key, TestValidator.Value(1), cancellationToken);
        await swarm[2].Dht.ProvideAsync(Name, cancellationToken);
        await swarm.LeaveAsync(swarm[2]);
        time.Advance(TimeSpan.FromHours(47));
        Assert.That(await swarm[1].Dht.GetValueAsync(Key, cancellationToken), Is.Not.Null);
        time.Advance(TimeSpan.FromHours(2));
        Assert.That(await swarm[1].Dht.GetValueAsync(Key, cancellationToken), Is.Null);
        Assert.That(await swarm[0].Dht.FindProvidersAsync(Name, 1, cancellationToken).AnyAsync(cancellationToken), Is.False);
    }

    [Test]
    public async Task Records_PublisherStays_AreRenewedBeforeTheyExpire(CancellationToken cancellationToken)
    {
        var time = new FakeTime();
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(
            3, LoopbackSwarm.Options with { Time = time }, cancellationToken);
        LoopbackNode publisher = swarm[2];
        await publisher.Dht.PutValueAsync(Key, TestValidator.Value(1), cancellationToken);
        DateTimeOffset published = time.GetUtcNow();
        await using LoopbackNode outsider = await LoopbackNode.StartBareAsync();
        time.Advance(TimeSpan.FromHours(23));
        for (Message? answer = null; ReceivedAt(answer) <= published;)
        {
            // The publisher's rounds come by the clock; each look gives one of them time to arrive.
            time.Advance(LoopbackSwarm.Options.MaintenanceInterval);
            answer = await outsider.AskAsync(swarm[0], Requests.GetValue(Key), cancellationToken);
        }

        await swarm.LeaveAsync(publisher);
        time.Advance(TimeSpan.FromHours(26));
        Message? late = await outsider.AskAsync(swarm[0], Requests.GetValue(Key), cancellationToken);
        Assert.That(late!.Record.Value.ToByteArray(), Is.EqualTo(TestValidator.Value(1)));
    }

    [Test]
    public async Task Records_PublishedWhileAlone_SpreadWhenOthersCome(CancellationToken cancellationToken)
    {
        var time = new FakeTime();
        DhtOptions options = LoopbackSwarm.Options with { Time = time };
        await using LoopbackSwarm swarm = await LoopbackSwarm.StartAsync(1, options, cancellationToken);
        await swarm[0].Dht.PutValueAsync(Key, TestValidator.Value(1), cancellationToken);
        LoopbackNode late = await swarm.JoinAsync(options, cancellationToken);
        await using LoopbackNode outsider = await LoopbackNode.StartBareAsync();
        for (Message? answer = null; answer?.Record is null;)
        {
            time.Advance(options.MaintenanceInterval);
            answer = await outsider.AskAsync(late, Requests.GetValue(Key), cancellationToken);
        }
    }

    private static DateTimeOffset ReceivedAt(Message? answer) =>
        answer?.Record is { } record ? DateTimeOffset.Parse(record.TimeReceived, null) : default;
}
