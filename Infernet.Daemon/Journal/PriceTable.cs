using Dapper;
using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Journal;

/// <summary>The prices that the node's owner set last.</summary>
internal sealed class PriceTable(JournalStore store)
{
    /// <summary>Writes them; durable when it returns.</summary>
    public Task SetAsync(PriceList prices, DateTimeOffset at, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            "INSERT OR REPLACE INTO prices(id, list, at_ms) VALUES(1, @list, @at)",
            new { list = prices.ToByteArray(), at = at.ToUnixTimeMilliseconds() }),
        cancellationToken);

    /// <summary>Reads them; null if none were set.</summary>
    public (PriceList Prices, DateTimeOffset At)? Find() => store.Read(connection =>
        connection.Query<(byte[], long)>("SELECT list, at_ms FROM prices WHERE id = 1")
            .Select(r => ((PriceList, DateTimeOffset)?)(
                PriceList.Parser.ParseFrom(r.Item1), DateTimeOffset.FromUnixTimeMilliseconds(r.Item2)))
            .SingleOrDefault());
}
