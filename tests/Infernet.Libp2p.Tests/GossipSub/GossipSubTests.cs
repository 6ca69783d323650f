using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using GossipService = Infernet.Libp2p.GossipSub.GossipSub;

namespace Infernet.Libp2p.Tests.GossipSub;

/// <summary>GossipSub over real hosts and streams.</summary>
internal sealed class GossipSubTests
{
    private const string Topic = "topic";

    [Test]
    public async Task Publish_TooLargeForAnRpc_Throws()
    {
        await using GossipNode node = await GossipNode.StartAsync();

        await Assert.ThatAsync(
            async () => await node.PublishAsync(Topic, new byte[1 << 20]),
            Throws.ArgumentException.With.Message.Contains("1048576 are allowed"));
    }

    [Test]
    public async Task Subscribe_Twice_Throws()
    {
        await using GossipNode node = await GossipNode.StartAsync();
        node.Subscribe(Topic);

        Assert.That(() => node.Subscribe(Topic), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Publish_ToConnectedPeers_IsDelivered()
    {
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode second = await GossipNode.StartAsync();
        second.Subscribe(Topic);
        await first.ConnectAsync(second);
        await first.AwaitSubscriberAsync(Topic, second.Id);
        await first.PublishAsync(Topic, "hello");

        GossipMessage message = await second.ReceiveAsync();
        Assert.That(message.From, Is.EqualTo(first.Id));
        Assert.That(message.Topic, Is.EqualTo(Topic));
        Assert.That(message.Data.ToArray(), Is.EqualTo("hello"u8.ToArray()));
    }

    [Test]
    public async Task Publish_AlongAChain_IsForwarded()
    {
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode middle = await GossipNode.StartAsync();
        await using GossipNode last = await GossipNode.StartAsync();
        foreach (GossipNode node in (GossipNode[])[first, middle, last])
        {
            node.Subscribe(Topic);
        }

        await first.ConnectAsync(middle);
        await middle.ConnectAsync(last);
        await first.AwaitSubscriberAsync(Topic, middle.Id);
        await middle.AwaitSubscriberAsync(Topic, last.Id);
        await middle.AwaitSubscriberAsync(Topic, first.Id);
        await last.AwaitSubscriberAsync(Topic, middle.Id);
        await first.PublishAsync(Topic, "along the chain");
        await last.PublishAsync(Topic, "and back");

        Assert.That(await last.ReceiveTextAsync(), Is.EqualTo("along the chain"));
        Assert.That(await first.ReceiveTextAsync(), Is.EqualTo("and back"));
    }

    [Test]
    public async Task Publish_LargestMessage_IsDelivered()
    {
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode second = await GossipNode.StartAsync();
        second.Subscribe(Topic);
        await first.ConnectAsync(second);
        await first.AwaitSubscriberAsync(Topic, second.Id);
        byte[] data = new byte[(1 << 20) - 256];
        new Random(7).NextBytes(data);
        await first.PublishAsync(Topic, data);

        Assert.That((await second.ReceiveAsync()).Data.ToArray(), Is.EqualTo(data));
    }

    [Test]
    public async Task Message_Rejected_IsNotForwardedAndPenalised()
    {
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode middle = await GossipNode.StartAsync();
        await using GossipNode last = await GossipNode.StartAsync();
        middle.Judge = m => m.Data.Span.SequenceEqual("bad"u8) ? MessageVerdict.Reject : MessageVerdict.Accept;
        first.Subscribe(Topic);
        middle.Subscribe(Topic);
        last.Subscribe(Topic);
        await first.ConnectAsync(middle);
        await middle.ConnectAsync(last);
        await first.AwaitSubscriberAsync(Topic, middle.Id);
        await middle.AwaitSubscriberAsync(Topic, last.Id);
        await first.PublishAsync(Topic, "bad");
        await middle.ReceiveAsync();
        await middle.PublishAsync(Topic, "good");

        Assert.That(await last.ReceiveTextAsync(), Is.EqualTo("good"));
        await TestHosts.EventuallyAsync(() => Task.FromResult(middle.Service.ScoreOf(first.Id) < 0));
        Assert.That(middle.Service.Statistics.Rejected, Is.EqualTo(1));
    }

    [Test]
    public async Task Validator_Throws_BlamesNobody()
    {
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode second = await GossipNode.StartAsync();
        second.Judge = m => m.Data.Length == 1 ? throw new InvalidDataException("a defect") : MessageVerdict.Accept;
        second.Subscribe(Topic);
        await first.ConnectAsync(second);
        await first.AwaitSubscriberAsync(Topic, second.Id);
        await first.PublishAsync(Topic, "1");
        await first.PublishAsync(Topic, "22");

        Assert.That(await second.ReceiveTextAsync(), Is.EqualTo("22"));
        Assert.That(second.Service.ScoreOf(first.Id), Is.Not.Negative);
    }

    [Test]
    public async Task Unsubscribe_TellsPeers()
    {
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode second = await GossipNode.StartAsync();
        first.Subscribe(Topic);
        second.Subscribe(Topic);
        await first.ConnectAsync(second);
        await first.AwaitSubscriberAsync(Topic, second.Id);
        await second.UnsubscribeAsync(Topic);

        await TestHosts.EventuallyAsync(() => Task.FromResult(first.Service.SubscribersOf(Topic).Count == 0));
        Assert.That(first.Service.MeshOf(Topic), Is.Empty);
    }

    [Test]
    public async Task Peer_GoneAndBack_IsSpokenToAgain()
    {
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode second = await GossipNode.StartAsync();
        second.Subscribe(Topic);
        await first.ConnectAsync(second);
        await first.AwaitSubscriberAsync(Topic, second.Id);
        await first.Host.DisconnectAsync(second.Id);
        await TestHosts.EventuallyAsync(() => Task.FromResult(first.Service.SubscribersOf(Topic).Count == 0));
        await first.ConnectAsync(second);
        await first.AwaitSubscriberAsync(Topic, second.Id);
        await first.PublishAsync(Topic, "again");

        Assert.That(await second.ReceiveTextAsync(), Is.EqualTo("again"));
    }

    [Test]
    public async Task Service_StartedAfterTheConnection_FindsItsPeers()
    {
        await using GossipNode first = await GossipNode.StartAsync();
        await using Libp2pHost host = await TestHosts.StartAsync();
        await first.Host.ConnectAsync(TestHosts.AddressOf(host), CancellationToken.None);
        await TestHosts.IdentifiedAsync(first.Host, host.Id);
        await using var late = new GossipService(
            host, new GossipSubOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        await using TopicSubscription subscription = late.Subscribe(
            Topic, (_, _) => ValueTask.FromResult(MessageVerdict.Accept));

        await first.AwaitSubscriberAsync(Topic, host.Id);
    }

    [Test]
    public async Task Dispose_RightAfterPublish_StillSends()
    {
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode second = await GossipNode.StartAsync();
        second.Subscribe(Topic);
        await first.ConnectAsync(second);
        await first.AwaitSubscriberAsync(Topic, second.Id);
        await first.PublishAsync(Topic, "last words");
        await first.DisposeAsync();

        Assert.That(await second.ReceiveTextAsync(), Is.EqualTo("last words"));
    }
}
