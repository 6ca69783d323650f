using Infernet.Core.Multiformats;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Configuration;

/// <summary>
/// The one table of settings. Flags, environment variables, the file's keys, help texts, <c>config show</c>,
/// <c>config set</c> and the node's options all follow from it.
/// </summary>
public static class Settings
{
    /// <summary>The text that lets the node choose.</summary>
    public const string Auto = "auto";

    public static TypedSetting<IReadOnlyList<Multiaddr>> Listen { get; } = new()
    {
        Key = "listen",
        Description = "Where to listen for peers; tcp/0 takes any free port.",
        ValueName = "ADDR",
        Default = ["/ip4/0.0.0.0/tcp/4001"],
        IsList = true,
        Reader = SettingReaders.ListenAddresses,
    };

    public static TypedSetting<IReadOnlyList<Multiaddr>> Bootstrap { get; } = new()
    {
        Key = "bootstrap",
        Description = "Peers to join the network by, each with its id at the end.",
        ValueName = "ADDR",
        Default = [],
        IsList = true,
        Reader = SettingReaders.PeerAddresses,
    };

    public static TypedSetting<bool> Serve { get; } = new()
    {
        Key = "serve",
        Description = "Whether to compute for others; a node that does not still submits jobs.",
        ValueName = "BOOL",
        Default = ["true"],
        IsSwitch = true,
        Choices = ["true", "false"],
        Reader = SettingReaders.Switch,
    };

    public static TypedSetting<int> Slots { get; } = new()
    {
        Key = "slots",
        Description = "Sequences decoded at the same time, over all models (1 to 256).",
        ValueName = "N",
        Default = ["8"],
        Reader = SettingReaders.WholeNumber(1, 256),
    };

    public static TypedSetting<int?> ContextLength { get; } = new()
    {
        Key = "context_length",
        Description = "Tokens of context for each sequence; auto is the model's own, bounded by memory.",
        ValueName = "TOKENS",
        Default = [Auto],
        Reader = SettingReaders.WholeNumberOrAuto(64, 1 << 24),
    };

    public static TypedSetting<int?> Threads { get; } = new()
    {
        Key = "threads",
        Description = "Threads for the engine; auto is one for each core.",
        ValueName = "N",
        Default = [Auto],
        Reader = SettingReaders.WholeNumberOrAuto(1, 1024),
    };

    public static TypedSetting<string?> CpuVariant { get; } = new()
    {
        Key = "cpu_variant",
        Description = "The build of the engine's CPU library; auto is the best that the CPU runs.",
        ValueName = "NAME",
        Default = [Auto],
        Reader = SettingReaders.NameOrAuto,
    };

    public static TypedSetting<bool> FlashAttention { get; } = new()
    {
        Key = "flash_attention",
        Description = "Whether the fused attention kernel is used; without it, the CPU variants x64 and sse42 compute "
            + "exactly reproducible answers.",
        ValueName = "BOOL",
        Default = ["true"],
        IsSwitch = true,
        Choices = ["true", "false"],
        Reader = SettingReaders.Switch,
    };

    public static TypedSetting<LogLevel> LogLevel { get; } = new()
    {
        Key = "log_level",
        Description = "The least severe messages that are logged: debug, info, warning or error.",
        ValueName = "LEVEL",
        Default = ["info"],
        Choices = ["debug", "info", "warning", "error"],
        Reader = SettingReaders.OneOf(new Dictionary<string, LogLevel>
        {
            ["debug"] = Microsoft.Extensions.Logging.LogLevel.Debug,
            ["info"] = Microsoft.Extensions.Logging.LogLevel.Information,
            ["warning"] = Microsoft.Extensions.Logging.LogLevel.Warning,
            ["error"] = Microsoft.Extensions.Logging.LogLevel.Error,
        }),
    };

    public static TypedSetting<LogFormat> LogFormat { get; } = new()
    {
        Key = "log_format",
        Description = "How log lines look: text, json, or auto (text on a terminal, json otherwise).",
        ValueName = "FORMAT",
        Default = [Auto],
        Choices = [Auto, "json", "text"],
        Reader = SettingReaders.OneOf(new Dictionary<string, LogFormat>
        {
            [Auto] = Configuration.LogFormat.Auto,
            ["json"] = Configuration.LogFormat.Json,
            ["text"] = Configuration.LogFormat.Text,
        }),
    };

    public static TypedSetting<string?> IdentityPassphrase { get; } = new()
    {
        Key = "identity_passphrase",
        Description = "Unseals identity.key if it is sealed; has no flag, since other users could read it.",
        ValueName = "TEXT",
        Default = [],
        IsSecret = true,
        Reader = SettingReaders.Secret,
    };

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Listen, Bootstrap, Serve, Slots, ContextLength, Threads, CpuVariant, FlashAttention, LogLevel, LogFormat,
        IdentityPassphrase, .. PaymentSettings.All,
    ];

    /// <summary>Finds a setting by its key, or by its flag's or its variable's spelling; null if there is none.</summary>
    public static Setting? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(s => s.Key == name.Replace('-', '_'));
    }
}
