namespace Infernet.Libp2p.Hosting;

/// <summary>The stream was reset, by the peer or by this side.</summary>
public sealed class StreamResetException(string message, Exception? inner = null) : IOException(message, inner);
