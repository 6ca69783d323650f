using System.Net;
using System.Net.Sockets;
using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Transport;

/// <summary>Plain TCP: binds and connects sockets for multiaddrs. Small writes are never held back (no delay).</summary>
internal static class TcpTransport
{
    private const int Backlog = 512;

    /// <summary>Binds a listen address and starts listening.</summary>
    /// <exception cref="SocketException">The address can't be bound.</exception>
    public static Socket Listen(Multiaddr address)
    {
        if (address.IPAddress is not { } ip || !address.TryGetTcp(out _, out int port))
        {
            throw new ArgumentException(
                $"Can't listen on {address}: a listen address looks like /ip4/0.0.0.0/tcp/4001.", nameof(address));
        }

        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (ip.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = false;
            }

            socket.Bind(new IPEndPoint(ip, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects to an address.</summary>
    /// <exception cref="SocketException">Nobody accepts there.</exception>
    public static async Task<Socket> ConnectAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        if (!address.TryGetTcp(out string host, out int port))
        {
            throw new NotSupportedException("only /ip4, /ip6 and /dns addresses over /tcp can be dialed");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (address.IPAddress is { } ip)
            {
                await socket.ConnectAsync(new IPEndPoint(ip, port), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
