using System.Text.Json;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Daemon.Configuration;

namespace Infernet.Cli.Ledger;

/// <summary>
/// The folder of a local ledger: a lock that ends with the process that has it, what that process says of itself, its
/// log, and (written by the ledger) journal and keys.
/// </summary>
internal sealed class LedgerState(string folder)
{
    public string Folder { get; } = Path.GetFullPath(folder);

    public string Log => Path.Combine(Folder, "ledger.log");

    private string StatusFile => Path.Combine(Folder, "ledger.json");

    private string LockFile => Path.Combine(Folder, "ledger.lock");

    public void Create()
    {
        try
        {
            new HomeFolder(Folder, SettingOrigin.Flag).Create();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The ledger's folder {Folder} can't be made: {problem.Message}");
        }
    }

    /// <summary>Keeps a second ledger off the folder, and forgets what the last one said.</summary>
    /// <exception cref="ApiException">A ledger runs there.</exception>
    public IDisposable Take()
    {
        FileStream held = TryTake() ?? throw new ApiException(
            "conflict",
            $"A ledger already runs on {Folder}. Stop it with 'infernet ledger stop', or choose another with --state DIR "
            + "and --port N.");
        File.Delete(StatusFile);
        return held;
    }

    public bool IsTaken()
    {
        if (!File.Exists(LockFile))
        {
            return false;
        }

        using FileStream? held = TryTake();
        return held is null;
    }

    /// <summary>What the running ledger said; null before it is ready, and when none runs.</summary>
    public LedgerStatus? Read()
    {
        try
        {
            return IsTaken() ? JsonSerializer.Deserialize(File.ReadAllBytes(StatusFile), CliJson.Default.LedgerStatus) : null;
        }
        catch (Exception notYet) when (notYet is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>What the running ledger said.</summary>
    /// <exception cref="ApiException">None runs.</exception>
    public LedgerStatus ReadRunning() => Read() ?? throw new ApiException(
        "unreachable", $"No ledger runs on {Folder}. Start one with: infernet ledger start");

    public void Write(LedgerStatus status)
    {
        string temporary = $"{StatusFile}.new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(status, CliJson.Default.LedgerStatus));
        File.Move(temporary, StatusFile, overwrite: true);
    }

    private FileStream? TryTake()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
