namespace Infernet.Daemon.Diagnostics;

/// <summary>One thing that was looked at on this machine.</summary>
/// <param name="Name">What.</param>
/// <param name="State">How it is.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Advice">What to do about it; null if nothing needs to be done.</param>
public sealed record Diagnostic(string Name, DiagnosticState State, string Finding, string? Advice = null)
{
    public static Diagnostic Ok(string name, string finding) => new(name, DiagnosticState.Ok, finding);

    public static Diagnostic Note(string name, string finding, string? advice = null) =>
        new(name, DiagnosticState.Note, finding, advice);

    public static Diagnostic Failed(string name, string finding, string? advice) =>
        new(name, DiagnosticState.Failed, finding, advice);
}
