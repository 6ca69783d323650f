namespace Infernet.Libp2p.Yamux;

/// <summary>The connection can't go on; the code is told to the peer in a go-away frame.</summary>
internal sealed class YamuxConnectionException(GoAwayCode code, string message) : IOException(message)
{
    public GoAwayCode Code => code;
}
