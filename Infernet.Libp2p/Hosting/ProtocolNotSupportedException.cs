namespace Infernet.Libp2p.Hosting;

/// <summary>The peer is there but speaks none of the protocols that were asked for.</summary>
public sealed class ProtocolNotSupportedException(string message, Exception? inner = null) : IOException(message, inner);
