using Infernet.Dht.Tests.Simulation;

namespace Infernet.Dht.Tests.Network;

/// <summary>Some nodes on loopback that joined by the first of them.</summary>
internal sealed class LoopbackSwarm : IAsyncDisposable
{
    private readonly List<LoopbackNode> _nodes = [];

    public static DhtOptions Options { get; } = new() { Validators = SimulatedNode.TestValidators, Seed = 1 };

    public LoopbackNode this[int index] => _nodes[index];

    public int Count => _nodes.Count;

    public static async Task<LoopbackSwarm> StartAsync(int nodes, DhtOptions? options, CancellationToken cancellationToken)
    {
        var swarm = new LoopbackSwarm();
        for (int i = 0; i < nodes; i++)
        {
            await swarm.JoinAsync(options ?? Options, cancellationToken);
        }

        return swarm;
    }

    public async Task<LoopbackNode> JoinAsync(DhtOptions options, CancellationToken cancellationToken)
    {
        LoopbackNode node = await LoopbackNode.StartAsync(options);
        _nodes.Add(node);
        if (_nodes.Count > 1)
        {
            Assert.That(await node.Dht.BootstrapAsync([_nodes[0].Address], cancellationToken), Is.EqualTo(1));
        }

        return node;
    }

    public async Task LeaveAsync(LoopbackNode node)
    {
        _nodes.Remove(node);
        await node.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LoopbackNode node in _nodes)
        {
            await node.DisposeAsync();
        }
    }
}
