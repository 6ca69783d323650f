using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Jobs;
using Infernet.Daemon.Models;
using Infernet.Daemon.Peers;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Nodes;

/// <summary>One running node: owns the host, the DHT, the store, the engines and the services over them.</summary>
public sealed class Node : IAsyncDisposable
{
    public PeerId Id => throw new NotImplementedException();

    public JobService Jobs => throw new NotImplementedException();

    public ModelService Models => throw new NotImplementedException();

    public PeerDirectory Peers => throw new NotImplementedException();

    /// <summary>Opens the home, listens, joins the network, and resumes what was running.</summary>
    /// <exception cref="ApiException">The home is in use, a port is taken, the identity can't be read…</exception>
    public static Task<Node> StartAsync(
        NodeOptions options, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public NodeStatus Status() => throw new NotImplementedException();

    /// <summary>Finishes what can be finished within seconds, journals the rest, and lets go of everything.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
