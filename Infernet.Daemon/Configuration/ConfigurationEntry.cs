namespace Infernet.Daemon.Configuration;

/// <summary>One key of config.yaml and where it stands.</summary>
/// <param name="Key">As written.</param>
/// <param name="Values">The text of the value, or of each item if it is a list.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Start">Place of the key's first character.</param>
/// <param name="End">Place after the value's last character.</param>
internal sealed record ConfigurationEntry(string Key, IReadOnlyList<string> Values, int Line, int Start, int End);
