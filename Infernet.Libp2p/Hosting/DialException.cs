namespace Infernet.Libp2p.Hosting;

/// <summary>A peer could not be reached; the message has one reason for each address, with the stage that failed.</summary>
public sealed class DialException(string message, Exception? inner = null) : IOException(message, inner);
