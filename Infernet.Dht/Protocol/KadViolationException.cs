namespace Infernet.Dht.Protocol;

/// <summary>A request breaks a rule of the protocol; its stream is reset. The message says which rule.</summary>
internal sealed class KadViolationException(string message) : Exception(message);
