namespace Infernet.Libp2p.Multistream;

/// <summary>The peer does not follow multistream-select 1.0; the stream or connection can't be negotiated.</summary>
internal sealed class MultistreamException(string message) : IOException(message);
