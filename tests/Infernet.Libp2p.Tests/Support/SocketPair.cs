using System.Net;
using System.Net.Sockets;

namespace Infernet.Libp2p.Tests.Support;

/// <summary>Two ends of one TCP connection over loopback.</summary>
internal static class SocketPair
{
    public static async Task<(NetworkStream First, NetworkStream Second)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await first.ConnectAsync(listener.LocalEndPoint!);
        Socket second = await listener.AcceptAsync();
        second.NoDelay = true;
        return (new NetworkStream(first, ownsSocket: true), new NetworkStream(second, ownsSocket: true));
    }
}
