namespace Infernet.Daemon.Configuration;

/// <summary>A setting with the value that is in force.</summary>
/// <param name="Setting">Which one.</param>
/// <param name="Texts">The value as it was written; several for a list.</param>
/// <param name="Value">The value as it was read.</param>
/// <param name="Origin">Who chose it.</param>
/// <param name="Where">The flag, the variable, or the file and line; empty for a default.</param>
public sealed record SettingValue(
    Setting Setting, IReadOnlyList<string> Texts, object? Value, SettingOrigin Origin, string Where)
{
    /// <summary>For people: the value, or that there is one if it is secret.</summary>
    public string Shown => Setting.IsSecret
        ? Texts.Count == 0 ? "(not set)" : "(set)"
        : Texts.Count == 0 ? "(none)" : string.Join(", ", Texts);
}
