namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>Two answers could not be compared. The message is for the submitter and names what failed.</summary>
internal sealed class ComparisonException(string message, Exception? inner = null) : Exception(message, inner);
