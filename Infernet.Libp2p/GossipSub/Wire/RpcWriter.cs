namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>Encodes RPCs.</summary>
internal static class RpcWriter
{
    public static FieldWriter Write(Rpc rpc)
    {
        var output = new FieldWriter();
        foreach (SubscriptionChange change in rpc.Subscriptions)
        {
            output.Message(1, new FieldWriter().Number(1, change.Subscribe ? 1u : 0u).Text(2, change.Topic));
        }

        foreach (WireMessage message in rpc.Messages)
        {
            output.Message(2, message.Encode());
        }

        FieldWriter control = WriteControl(rpc);
        return control.Length > 0 ? output.Message(3, control) : output;
    }

    private static FieldWriter WriteControl(Rpc rpc)
    {
        var output = new FieldWriter();
        foreach (IHave have in rpc.IHave)
        {
            output.Message(1, WriteIds(new FieldWriter().Text(1, have.Topic), 2, have.Ids));
        }

        if (rpc.IWant.Count > 0)
        {
            output.Message(2, WriteIds(new FieldWriter(), 1, rpc.IWant));
        }

        foreach (string topic in rpc.Graft)
        {
            output.Message(3, new FieldWriter().Text(1, topic));
        }

        foreach (Prune prune in rpc.Prune)
        {
            output.Message(4, WritePrune(prune));
        }

        return output;
    }

    private static FieldWriter WriteIds(FieldWriter output, int field, IReadOnlyList<MessageId> ids)
    {
        foreach (MessageId id in ids)
        {
            output.Bytes(field, id.Span);
        }

        return output;
    }

    private static FieldWriter WritePrune(Prune prune)
    {
        FieldWriter output = new FieldWriter().Text(1, prune.Topic);
        foreach (ExchangedPeer peer in prune.Peers)
        {
            var info = new FieldWriter().Bytes(1, peer.Peer.Span);
            output.Message(2, peer.SignedRecord.IsEmpty ? info : info.Bytes(2, peer.SignedRecord.Span));
        }

        return prune.Backoff is { } backoff ? output.Number(3, (ulong)backoff.TotalSeconds) : output;
    }
}
