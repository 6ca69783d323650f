using System.Net;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Signing;
using Infernet.Libp2p.GossipSub.Wire;
using Infernet.Libp2p.Tests.Support;

namespace Infernet.Libp2p.Tests.GossipSub.Routing;

/// <summary>One router with a clock of its own, peers that a test plays, and all that the router sends them.</summary>
internal sealed class RouterHarness
{
    public const string Topic = "topic";

    private readonly List<(PeerId To, OutboundRpc Rpc)> _sent = [];
    private ulong _sequence;

    public RouterHarness(Func<GossipSubOptions, GossipSubOptions>? change = null, bool join = true)
    {
        GossipSubOptions options = change?.Invoke(new GossipSubOptions()) ?? new GossipSubOptions();
        options.Validate();
        Router = new GossipRouter(Self.Id, options, Time, new Random(1), peer => Records.GetValueOrDefault(peer));
        if (join)
        {
            Do(Router.Join(Topic));
        }
    }

    public NodeIdentity Self { get; } = NodeIdentity.Generate();

    public ManualTime Time { get; } = new();

    public GossipRouter Router { get; }

    /// <summary>Signed records that the node knows.</summary>
    public Dictionary<PeerId, ReadOnlyMemory<byte>> Records { get; } = [];

    /// <summary>Messages that wait for their validator.</summary>
    public List<IncomingMessage> Validating { get; } = [];

    /// <summary>Peers that the router wants to be dialled.</summary>
    public List<PeerId> Dials { get; } = [];

    /// <summary>What validators say at once; null leaves messages waiting.</summary>
    public MessageVerdict? Verdict { get; set; } = MessageVerdict.Accept;

    public double Score(PeerId peer) => Router.ScoreOf(peer);

    public IReadOnlyList<PeerId> Mesh => Router.MeshOf(Topic);

    /// <summary>Adds a peer that is subscribed to the topic.</summary>
    public PeerId AddPeer(
        bool outbound = false, PeerProtocol protocol = PeerProtocol.GossipSub11, bool subscribed = true,
        PeerId? id = null, string address = "127.0.0.1")
    {
        PeerId peer = id ?? NodeIdentity.Generate().Id;
        Router.TryAddPeer(
            peer, protocol, outbound, [IPAddress.Parse(address)], out IReadOnlyList<RouterAction> actions);
        Do(actions);

        if (subscribed)
        {
            Receive(peer, new Rpc { Subscriptions = [new SubscriptionChange(Topic, true)] });
        }

        return peer;
    }

    public PeerId[] AddPeers(int count, bool outbound = false) =>
        [.. Enumerable.Range(0, count).Select(_ => AddPeer(outbound))];

    public void Receive(PeerId from, Rpc rpc) => Do(Router.Receive(from, rpc));

    public void Graft(PeerId from, string topic = Topic) => Receive(from, new Rpc { Graft = [topic] });

    public void Prune(PeerId from, TimeSpan? backoff = null, params ExchangedPeer[] peers) =>
        Receive(from, new Rpc { Prune = [new Prune(Topic, peers, backoff)] });

    public void IHave(PeerId from, params MessageId[] ids) =>
        Receive(from, new Rpc { IHave = [new IHave(Topic, ids)] });

    public void IWant(PeerId from, params MessageId[] ids) => Receive(from, new Rpc { IWant = ids });

    /// <summary>A peer passes a message on; by default a good one of somebody else.</summary>
    public MessageId Deliver(PeerId from, WireMessage? message = null)
    {
        message ??= Sign();
        Receive(from, new Rpc { Messages = [message] });
        return IdOf(message);
    }

    /// <summary>A good message.</summary>
    public WireMessage Sign(NodeIdentity? author = null, string topic = Topic, int length = 4) =>
        StrictSign.Sign(author ?? NodeIdentity.Generate(), topic, ++_sequence, new byte[length]);

    /// <summary>This node publishes.</summary>
    public MessageId Publish(string topic = Topic)
    {
        WireMessage wire = Sign(Self, topic);
        MessageId id = IdOf(wire);
        Do(Router.Publish(topic, id, new OutboundRpc(new Rpc { Messages = [wire] }, RpcPriority.Message)));
        return id;
    }

    public static MessageId IdOf(WireMessage message)
    {
        StrictSign.TryOpen(message, out GossipMessage opened, out _);
        return opened is null ? new MessageId([]) : MessageFlow.MakeId(opened, custom: null);
    }

    /// <summary>An id of a message that nobody has.</summary>
    public static MessageId Unheard() => new(NodeIdentity.Generate().Id.Span);

    /// <summary>The waiting messages get their verdict.</summary>
    public void Decide(MessageVerdict verdict)
    {
        IncomingMessage[] waiting = [.. Validating];
        Validating.Clear();
        foreach (IncomingMessage message in waiting)
        {
            Do(Router.Validated(message, verdict));
        }
    }

    /// <summary>Makes a peer's score negative by so many invalid messages.</summary>
    public void Spoil(PeerId peer, int invalid = 1)
    {
        for (int i = 0; i < invalid; i++)
        {
            Deliver(peer, Sign() with { Signature = null });
        }
    }

    /// <summary>Lets heartbeats pass.</summary>
    public void Beat(int count = 1)
    {
        for (int i = 0; i < count; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Do(Router.Heartbeat());
        }
    }

    /// <summary>Time passes without a heartbeat, so that nothing but the clock changes.</summary>
    public void Wait(TimeSpan time) => Time.Advance(time);

    public void Do(IReadOnlyList<RouterAction> actions)
    {
        foreach (RouterAction action in actions)
        {
            switch (action)
            {
                case RouterAction.Send(var to, var rpc):
                    _sent.Add((to, rpc));
                    break;
                case RouterAction.Connect(var peer, _):
                    Dials.Add(peer);
                    break;
                case RouterAction.Verify(var message):
                    Do(Router.Verified(message, StrictSign.IsSigned(message.Wire, message.PublicKey)));
                    break;
                case RouterAction.Validate(var message) when Verdict is { } verdict:
                    Do(Router.Validated(message, verdict));
                    break;
                case RouterAction.Validate(var message):
                    Validating.Add(message);
                    break;
            }
        }
    }

    /// <summary>Everything that a peer was sent since the last call.</summary>
    public IReadOnlyList<Rpc> TakeSent(PeerId to)
    {
        Rpc[] taken = [.. _sent.Where(s => s.To == to).Select(s => s.Rpc.Contents)];
        _sent.RemoveAll(s => s.To == to);
        return taken;
    }

    public void ForgetSent() => _sent.Clear();

    public IReadOnlyList<Prune> TakePrunes(PeerId to) => [.. TakeSent(to).SelectMany(r => r.Prune)];

    /// <summary>The peers that were sent a message.</summary>
    public IReadOnlyList<PeerId> ReceiversOf(MessageId id) =>
        [.. _sent.Where(s => s.Rpc.Contents.Messages.Any(m => IdOf(m).Equals(id))).Select(s => s.To)];

    /// <summary>The peers that were told that a message is here.</summary>
    public IReadOnlyList<PeerId> ToldOf(MessageId id) =>
        [.. _sent.Where(s => s.Rpc.Contents.IHave.Any(h => h.Ids.Contains(id))).Select(s => s.To)];

    /// <summary>What a peer was asked for since the last call.</summary>
    public IReadOnlyList<MessageId> TakeAsked(PeerId of) => [.. TakeSent(of).SelectMany(r => r.IWant)];
}
