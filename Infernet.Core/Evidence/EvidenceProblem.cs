namespace Infernet.Core.Evidence;

/// <summary>Why a fact does not count.</summary>
/// <param name="Step">What was being checked, in a word or two.</param>
/// <param name="Message">What is wrong, as a sentence without its stop.</param>
/// <param name="Provable">Whether whoever passes it on must have known; false where only the clock decides.</param>
public sealed record EvidenceProblem(string Step, string Message, bool Provable);
