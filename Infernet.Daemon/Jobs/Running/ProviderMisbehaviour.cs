namespace Infernet.Daemon.Jobs.Running;

/// <summary>A provider broke the protocol of its job; the message says how.</summary>
internal sealed class ProviderMisbehaviour(string message) : Exception(message);
