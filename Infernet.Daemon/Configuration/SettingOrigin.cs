namespace Infernet.Daemon.Configuration;

/// <summary>Where a setting's value came from; a later one wins over an earlier one.</summary>
public enum SettingOrigin
{
    /// <summary>Built in.</summary>
    Default,

    /// <summary>The home's config.yaml.</summary>
    File,

    /// <summary>An INFERNET_ variable.</summary>
    Environment,

    /// <summary>The command line.</summary>
    Flag,
}
