using Dapper;

namespace Infernet.Daemon.Journal;

/// <summary>The offers of this node's jobs. One is here before its provider sees it.</summary>
internal sealed class OfferTable(JournalStore store)
{
    private const string Columns =
        "hash AS Hash, provider AS Provider, offer AS Offer, secret AS Secret, rate_ppm AS RatePpm";

    /// <summary>Writes an offer; durable when it returns.</summary>
    /// <exception cref="JournalException">The disk is full.</exception>
    public Task AddAsync(long row, OfferRecord offer, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO offers(job, hash, provider, offer, secret, rate_ppm)
            VALUES(@row, @Hash, @Provider, @Offer, @Secret, @RatePpm)
            """,
            new { row, offer.Hash, offer.Provider, offer.Offer, offer.Secret, offer.RatePpm }),
        cancellationToken);

    /// <summary>The offer with this hash; null if the job has none.</summary>
    public OfferRecord? Find(long row, byte[] hash) => store.Read(connection =>
        connection.QuerySingleOrDefault<OfferRecord>(
            $"SELECT {Columns} FROM offers WHERE job = @row AND hash = @hash", new { row, hash }));
}
