using System.Net;
using System.Net.Sockets;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Configuration;
using Infernet.Daemon.Diagnostics;

namespace Infernet.Cli.Doctor;

/// <summary>Whether a node runs, or could listen; whether others can be reached; whether Docker answers.</summary>
internal static class NetworkDiagnostics
{
    private const string DockerSocket = "/var/run/docker.sock";
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Diagnostic>> RunAsync(
        CommandContext context, NodeConfiguration? configuration, CancellationToken cancellationToken)
    {
        var found = new List<Diagnostic>();
        NodeStatus? status = await StatusAsync(context, found, cancellationToken);
        if (configuration is not null)
        {
            if (status is null)
            {
                found.AddRange(configuration.Get(Settings.Listen).Select(CanListen));
            }

            foreach (Multiaddr peer in configuration.Get(Settings.Bootstrap))
            {
                found.Add(await CanReachAsync(peer, context.Time, cancellationToken));
            }
        }

        if (status is { ConnectedPeers: 0 })
        {
            found.Add(Diagnostic.Note("peers", "the node is connected to nobody", "infernet peers connect ADDR"));
        }
        else if (status is not null)
        {
            found.Add(Diagnostic.Ok("peers", $"{status.ConnectedPeers} connected"));
        }

        found.Add(await DockerAsync(cancellationToken));
        return found;
    }

    private static async Task<NodeStatus?> StatusAsync(
        CommandContext context, List<Diagnostic> found, CancellationToken cancellationToken)
    {
        const string name = "node";
        try
        {
            NodeStatus status = await context.Api.GetAsync("v1/node", ApiJson.Default.NodeStatus, cancellationToken);
            found.Add(Diagnostic.Ok(name, $"runs as {status.PeerId}"));
            found.AddRange(status.Problems.Select(problem => Diagnostic.Note(name, problem)));
            return status;
        }
        catch (ApiException problem) when (problem.Error.Code == "unreachable")
        {
            found.Add(Diagnostic.Note(name, "does not run", "infernet node start"));
        }
        catch (ApiException problem)
        {
            found.Add(Diagnostic.Failed(name, problem.Error.Message, "infernet node stop, then infernet node start"));
        }

        return null;
    }

    private static Diagnostic CanListen(Multiaddr address)
    {
        const string name = "listening";
        _ = address.TryGetTcp(out _, out int port);
        IPAddress ip = address.IPAddress!;
        try
        {
            using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(ip, port));
            socket.Listen();
            return Diagnostic.Ok(name, $"{address} is free");
        }
        catch (SocketException refused)
        {
            return Diagnostic.Failed(
                name,
                $"{address}: {refused.Message}",
                "Choose another: infernet config set listen /ip4/0.0.0.0/tcp/0 takes any free port.");
        }
    }

    private static async Task<Diagnostic> CanReachAsync(
        Multiaddr peer, TimeProvider time, CancellationToken cancellationToken)
    {
        const string name = "bootstrap";
        if (!peer.TryGetTcp(out string host, out int port))
        {
            return Diagnostic.Note(name, $"{peer} is not plain TCP; not tried");
        }

        using var deadline = new CancellationTokenSource(DialTimeout, time);
        using var dialing = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(host, port, dialing.Token);
            return Diagnostic.Ok(name, $"{peer} accepts connections");
        }
        catch (Exception problem) when (
            problem is SocketException || (problem is OperationCanceledException && deadline.IsCancellationRequested))
        {
            string why = problem is SocketException refused ? refused.Message : $"no answer in {DialTimeout.TotalSeconds:0} s";
            return Diagnostic.Note(name, $"{peer}: {why}", "Is that node up, and is its port open in the firewall?");
        }
    }

    private static async Task<Diagnostic> DockerAsync(CancellationToken cancellationToken)
    {
        const string name = "Docker";
        if (!File.Exists(DockerSocket))
        {
            return Diagnostic.Note(name, "not there; only jobs that run containers need it");
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(DockerSocket), cancellationToken);
            return Diagnostic.Ok(name, $"answers on {DockerSocket}");
        }
        catch (SocketException refused)
        {
            return Diagnostic.Note(name, $"{DockerSocket}: {refused.Message}");
        }
    }
}
