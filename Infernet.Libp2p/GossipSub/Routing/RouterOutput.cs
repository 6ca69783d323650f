using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// Gathers what the router wants done. All GRAFT and PRUNE messages of one event go to a peer together.
/// </summary>
internal sealed class RouterOutput
{
    private readonly Dictionary<PeerId, (List<string> Graft, List<Prune> Prune)> _control = [];
    private List<RouterAction> _actions = [];

    public void Add(RouterAction action) => _actions.Add(action);

    public void Send(PeerId peer, OutboundRpc rpc) => _actions.Add(new RouterAction.Send(peer, rpc));

    public void Graft(PeerId peer, string topic) => ControlFor(peer).Graft.Add(topic);

    public void Prune(PeerId peer, Prune prune) => ControlFor(peer).Prune.Add(prune);

    /// <summary>Everything since the last call, in order.</summary>
    public IReadOnlyList<RouterAction> Take()
    {
        foreach ((PeerId peer, (List<string> graft, List<Prune> prune)) in _control)
        {
            Send(peer, new OutboundRpc(new Rpc { Graft = graft, Prune = prune }, RpcPriority.Control));
        }

        _control.Clear();
        List<RouterAction> taken = _actions;
        _actions = [];
        return taken;
    }

    private (List<string> Graft, List<Prune> Prune) ControlFor(PeerId peer)
    {
        if (!_control.TryGetValue(peer, out (List<string> Graft, List<Prune> Prune) control))
        {
            _control.Add(peer, control = ([], []));
        }

        return control;
    }
}
