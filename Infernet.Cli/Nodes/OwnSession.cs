using System.Runtime.InteropServices;

namespace Infernet.Cli.Nodes;

/// <summary>Leaves the terminal's session, so that closing the window does not end a node in the background.</summary>
internal static partial class OwnSession
{
    /// <summary>Source: setsid(2). Fails only for a group's leader, which has nothing to leave.</summary>
    public static void Enter()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = setsid();
        }
    }

    [LibraryImport("libc")]
    private static partial int setsid();
}
