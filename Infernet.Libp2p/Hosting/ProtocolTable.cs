using System.Collections.Concurrent;

namespace Infernet.Libp2p.Hosting;

/// <summary>The protocols that this node serves. Thread-safe.</summary>
internal sealed class ProtocolTable
{
    private readonly ConcurrentDictionary<string, StreamHandler> _handlers = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Protocols => [.. _handlers.Keys.Order(StringComparer.Ordinal)];

    public void Set(string protocol, StreamHandler handler) => _handlers[protocol] = handler;

    public bool Speaks(string protocol) => _handlers.ContainsKey(protocol);

    public StreamHandler? Find(string protocol) => _handlers.GetValueOrDefault(protocol);
}
