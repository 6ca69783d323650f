using System.Net;
using System.Net.Sockets;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Transport;
using Infernet.Libp2p.Upgrade;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.Hosting;

/// <summary>
/// The listening sockets of a host: accepts connections, secures them within the limits, and hands on those that
/// have proven who they are.
/// </summary>
internal sealed partial class Acceptor(
    Upgrader upgrader, HostOptions options, RunningTasks tasks, Func<SecureLink, Multiaddr, Task> addAsync,
    ILogger logger, CancellationToken stopping) : IDisposable
{
    private readonly PendingHandshakes _pending = new(
        options.MaxPendingHandshakes, options.HandshakeTimeout, options.Time);
    private readonly List<Socket> _listeners = [];

    /// <summary>Where the sockets are bound.</summary>
    public IReadOnlyList<IPEndPoint> BoundTo { get; private set; } = [];

    /// <summary>Binds all addresses.</summary>
    /// <exception cref="AddressInUseException">Somebody else listens on one of them.</exception>
    public void Bind(IEnumerable<Multiaddr> addresses)
    {
        foreach (Multiaddr address in addresses)
        {
            _listeners.Add(Listen(address));
        }

        BoundTo = [.. _listeners.Select(l => (IPEndPoint)l.LocalEndPoint!)];
    }

    /// <summary>Starts to accept; ends with the token that the acceptor was made with.</summary>
    public void Start()
    {
        foreach (Socket listener in _listeners)
        {
            tasks.TryRun(() => AcceptLoopAsync(listener));
        }
    }

    public void Dispose() => _listeners.ForEach(l => l.Dispose());

    private static Socket Listen(Multiaddr address)
    {
        try
        {
            return TcpTransport.Listen(address);
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(
                $"Another program listens on {address}. Stop it, or choose another port (0 takes any free one).", taken);
        }
        catch (SocketException refused)
        {
            throw new IOException($"Can't listen on {address}: {refused.Message}.", refused);
        }
    }

    private async Task AcceptLoopAsync(Socket listener)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await listener.AcceptAsync(stopping).ConfigureAwait(false);
                await BeginAsync(socket).ConfigureAwait(false);
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failed)
            {
                // Out of file descriptors, most likely: connections that end will free some.
                LogAcceptFailed(logger, failed.Message);
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), options.Time, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async ValueTask BeginAsync(Socket socket)
    {
        NetworkStream link;
        try
        {
            link = new NetworkStream(socket, ownsSocket: true);
        }
        catch (IOException gone)
        {
            // It hung up before anything was said.
            socket.Dispose();
            LogRefused(logger, gone.Message);
            return;
        }

        Task<SecureLink> securing = QueueHandshake(link);
        if (!tasks.TryRun(() => AcceptAsync(socket, link, securing)))
        {
            await link.DisposeAsync().ConfigureAwait(false);
            await ((Task)securing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The place in the queue is taken here, in the order of arrival: whoever comes last must not be the first to go.
    private Task<SecureLink> QueueHandshake(Stream link) =>
        _pending.RunAsync(stop => Task.Run(() => upgrader.AcceptAsync(link, stop), CancellationToken.None), stopping);

    private async Task AcceptAsync(Socket socket, Stream link, Task<SecureLink> securing)
    {
        try
        {
            socket.NoDelay = true;
            Multiaddr from = Multiaddr.FromTcp((IPEndPoint)socket.RemoteEndPoint!);
            await addAsync(await securing.ConfigureAwait(false), from).ConfigureAwait(false);
        }
        catch (Exception reason) when (reason is IOException or SocketException or ObjectDisposedException)
        {
            await link.DisposeAsync().ConfigureAwait(false);
            LogRefused(logger, reason.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not accept a connection: {Reason}")]
    private static partial void LogAcceptFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Inbound connection refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
