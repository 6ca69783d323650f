using System.Globalization;
using Infernet.Core.Api;

namespace Infernet.Daemon.Nodes;

/// <summary>
/// Keeps a second daemon out of a home. The lock is the kernel's, so it ends with the process however that ends; a
/// file beside it names the holder, for the message.
/// </summary>
internal sealed class HomeLock : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _holder;

    private HomeLock(FileStream held, string holder) => (_lock, _holder) = (held, holder);

    /// <summary>Takes the lock.</summary>
    /// <exception cref="ApiException">Another daemon has it, or the home can't be written.</exception>
    public static HomeLock Take(string home)
    {
        string path = Path.Combine(home, "node.lock");
        string holder = Path.Combine(home, "node.pid");
        try
        {
            var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new HomeLock(held, holder);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new ApiException(
                new ApiError { Code = "invalid", Message = $"The home {home} can't be written: {denied.Message}" },
                denied);
        }
        catch (IOException taken)
        {
            throw new ApiException(
                new ApiError
                {
                    Code = "conflict",
                    Message = $"Another daemon runs on {home}{Name(holder)}; stop it with 'infernet node stop', "
                        + "or choose another home with --home",
                },
                taken);
        }
    }

    public void Dispose()
    {
        File.Delete(_holder);
        _lock.Dispose();
    }

    private static string Name(string holder)
    {
        try
        {
            return $" (process {File.ReadAllText(holder).Trim()})";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
