using Infernet.Daemon.Configuration;

namespace Infernet.Cli.Config;

/// <summary>A setting as <c>config show --json</c> prints it.</summary>
/// <param name="Key">As in config.yaml.</param>
/// <param name="Value">As text; null for a list. Of a secret only whether it is set.</param>
/// <param name="Values">The items of a list; null otherwise.</param>
/// <param name="Origin">"default", "file", "environment" or "flag".</param>
/// <param name="Where">The file and line, or the variable; null for a default.</param>
/// <param name="Variable">The environment variable that would win over the file.</param>
/// <param name="Description">What it is for.</param>
internal sealed record ConfigEntry(
    string Key,
    string? Value,
    IReadOnlyList<string>? Values,
    string Origin,
    string? Where,
    string Variable,
    string Description)
{
    public static ConfigEntry From(SettingValue value) => new(
        value.Setting.Key,
        value.Setting.IsList ? null : value.Setting.IsSecret ? value.Shown : value.Texts.SingleOrDefault(),
        value.Setting.IsList ? value.Texts : null,
        OriginName(value.Origin),
        value.Where.Length == 0 ? null : value.Where,
        value.Setting.EnvironmentVariable,
        value.Setting.Description);

    private static string OriginName(SettingOrigin origin) => origin switch
    {
        SettingOrigin.File => "file",
        SettingOrigin.Environment => "environment",
        SettingOrigin.Flag => "flag",
        _ => "default",
    };
}
