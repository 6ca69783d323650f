using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>
/// A program in a session of its own, so that all that it starts can be ended with it, even what has left its parent.
/// The session is made by setsid(1), which becomes the program and keeps its process id; where there is none, the
/// process tree is ended instead.
/// </summary>
internal sealed partial class ProcessGroup : IDisposable
{
    private const int Sigkill = 9;
    private readonly bool _ownSession;

    private ProcessGroup(Process process, bool ownSession) => (Process, _ownSession) = (process, ownSession);

    public Process Process { get; }

    /// <summary>Starts a program with pipes for its three streams.</summary>
    /// <param name="program">An absolute path.</param>
    /// <param name="arguments">Its arguments, as they are.</param>
    /// <param name="environment">The names of the variables that it sees.</param>
    public static ProcessGroup Start(string program, IEnumerable<string> arguments, IEnumerable<string> environment)
    {
        string? session = OperatingSystem.IsLinux() ? ProgramPath.Find("setsid") : null;
        var start = new ProcessStartInfo(session ?? program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetTempPath(),
        };
        if (session is not null)
        {
            start.ArgumentList.Add(program);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (string name in environment)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        return new ProcessGroup(Process.Start(start)!, session is not null);
    }

    /// <summary>Ends the program and all that it started; harmless when they have ended.</summary>
    public void Kill()
    {
        try
        {
            if (_ownSession)
            {
                _ = SendSignal(-Process.Id, Sigkill);
            }

            if (!Process.HasExited)
            {
                Process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended at this moment.
        }
    }

    public void Dispose() => Process.Dispose();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
