namespace Infernet.Daemon.Configuration;

/// <summary>The folder of everything that a node keeps, and the names of the files in it.</summary>
/// <param name="FullPath">Absolute path.</param>
/// <param name="Origin">Who chose it.</param>
public sealed record HomeFolder(string FullPath, SettingOrigin Origin)
{
    /// <summary>The variable that names another home than ~/.infernet.</summary>
    public const string Variable = "INFERNET_HOME";

    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string ConfigFile => Path.Combine(FullPath, "config.yaml");

    /// <summary>The Unix socket of the local API.</summary>
    public string Socket => Path.Combine(FullPath, "api.sock");

    /// <summary>What a node that was started in the background logs to.</summary>
    public string LogFile => Path.Combine(FullPath, "node.log");

    public string IdentityFile => Path.Combine(FullPath, "identity.key");

    /// <summary>The key that pays and is paid.</summary>
    public string WalletFile => Path.Combine(FullPath, "wallet.json");

    /// <summary>Chooses the home: the flag, INFERNET_HOME, or ~/.infernet.</summary>
    /// <exception cref="ConfigurationException">None of them says where.</exception>
    public static HomeFolder Resolve(string? flag, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (!string.IsNullOrWhiteSpace(flag))
        {
            return new HomeFolder(Path.GetFullPath(flag), SettingOrigin.Flag);
        }

        if (environment(Variable) is { Length: > 0 } chosen)
        {
            return new HomeFolder(Path.GetFullPath(chosen), SettingOrigin.Environment);
        }

        string user = environment("HOME") is { Length: > 0 } home
            ? home
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return user.Length > 0
            ? new HomeFolder(Path.Combine(user, ".infernet"), SettingOrigin.Default)
            : throw new ConfigurationException(
                Variable, "must name a folder, since this user has no home folder (or use --home)");
    }

    /// <summary>Makes the folder, for its owner alone, if it is not there.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(FullPath);
        }
        else
        {
            Directory.CreateDirectory(FullPath, OwnerOnly);
        }
    }
}
