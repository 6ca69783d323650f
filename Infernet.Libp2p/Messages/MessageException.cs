namespace Infernet.Libp2p.Messages;

/// <summary>What the peer sent is no message of the protocol; the stream can't be read any further.</summary>
public sealed class MessageException(string message, Exception? inner = null) : IOException(message, inner);
