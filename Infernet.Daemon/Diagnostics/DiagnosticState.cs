using System.Text.Json.Serialization;

namespace Infernet.Daemon.Diagnostics;

/// <summary>How a diagnostic ended.</summary>
public enum DiagnosticState
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Works, though something is worth knowing or could be better.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>A node can't do its work before this is mended.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
