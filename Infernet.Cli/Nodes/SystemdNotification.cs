using System.Net.Sockets;
using System.Text;

namespace Infernet.Cli.Nodes;

/// <summary>Tells systemd how a service of Type=notify is. Source: sd_notify(3).</summary>
internal static class SystemdNotification
{
    private const string Variable = "NOTIFY_SOCKET";

    /// <summary>Sends one assignment such as <c>READY=1</c>; does nothing where systemd does not listen.</summary>
    public static void Send(Func<string, string?> environment, string state)
    {
        if (environment(Variable) is not { Length: > 1 } path)
        {
            return;
        }

        // A leading @ stands for the zero byte of an abstract address.
        var address = new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.SendTo(Encoding.UTF8.GetBytes(state), address);
        }
        catch (SocketException)
        {
            // Whoever started us no longer listens: that is their business, the node goes on.
        }
    }
}
