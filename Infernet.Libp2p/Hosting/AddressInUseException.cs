namespace Infernet.Libp2p.Hosting;

/// <summary>A listen address is taken; the message names it and says how to choose another.</summary>
public sealed class AddressInUseException(string message, Exception? inner = null) : IOException(message, inner);
