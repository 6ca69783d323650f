namespace Infernet.Libp2p.Noise;

/// <summary>The peer's bytes are not what the Noise handshake or channel allows; the connection ends.</summary>
internal sealed class NoiseException(string message, Exception? inner = null) : IOException(message, inner);
