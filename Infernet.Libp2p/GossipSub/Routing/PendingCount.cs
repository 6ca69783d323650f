namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>Messages that wait for their validator or are with it, of one topic or of one peer.</summary>
internal sealed class PendingCount(int maxMessages, int maxBytes)
{
    private int _messages;
    private int _bytes;

    public bool IsEmpty => _messages == 0;

    public bool HasRoomFor(IncomingMessage message) =>
        _messages < maxMessages && _bytes + message.Message.Data.Length <= maxBytes;

    public void Add(IncomingMessage message)
    {
        _messages++;
        _bytes += message.Message.Data.Length;
    }

    public void Remove(IncomingMessage message)
    {
        _messages--;
        _bytes -= message.Message.Data.Length;
    }
}
