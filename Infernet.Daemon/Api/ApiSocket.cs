using System.Net.Sockets;
using System.Text;
using Infernet.Core.Api;

namespace Infernet.Daemon.Api;

/// <summary>The Unix socket that the local API listens on: checks its path and clears away what a crash left.</summary>
internal static class ApiSocket
{
    /// <summary>Longest path in bytes: sun_path has 108 on Linux and 104 elsewhere, with the zero at its end.</summary>
    public static int MaxPathLength => OperatingSystem.IsLinux() ? 107 : 103;

    /// <summary>Makes sure that a socket can be bound at the path.</summary>
    /// <exception cref="ApiException">The path is too long, or somebody listens there.</exception>
    public static async Task PrepareAsync(string path, CancellationToken cancellationToken)
    {
        int length = Encoding.UTF8.GetByteCount(path);
        if (length > MaxPathLength)
        {
            throw new ApiException(
                "invalid",
                $"{path} is too long for a Unix socket: it may have {MaxPathLength} bytes, has {length}. "
                + "Choose a home with a shorter path (--home or INFERNET_HOME).");
        }

        if (!File.Exists(path))
        {
            return;
        }

        if (await AnswersAsync(path, cancellationToken))
        {
            throw new ApiException(
                "conflict", $"Another node already answers on {path}. Stop it with 'infernet node stop', or use --home.");
        }

        File.Delete(path);
    }

    private static async Task<bool> AnswersAsync(string path, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
