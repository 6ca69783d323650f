using Dapper;
using Infernet.Core.Identity;

namespace Infernet.Daemon.Journal;

/// <summary>The nonces of payment intents that were taken up, until their intents are too old to be taken again.</summary>
internal sealed class NonceTable(JournalStore store)
{
    /// <summary>Takes a nonce, once; durable when it returns. Those that nobody could use any more are forgotten.</summary>
    /// <param name="nonce">32 bytes.</param>
    /// <param name="peer">Whose intent it is.</param>
    /// <param name="until">When the intent can't be taken any more.</param>
    /// <param name="now">The time.</param>
    /// <param name="maxPerPeer">Nonces of one peer that are kept.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null, or why it can't be taken.</returns>
    public async Task<string?> TakeAsync(
        byte[] nonce, PeerId peer, DateTimeOffset until, DateTimeOffset now, int maxPerPeer,
        CancellationToken cancellationToken)
    {
        string? problem = null;
        await store.WriteAsync(
            connection =>
            {
                connection.Execute(
                    "DELETE FROM pay_nonces WHERE until_ms < @now", new { now = now.ToUnixTimeMilliseconds() });
                long kept = connection.ExecuteScalar<long>(
                    "SELECT count(*) FROM pay_nonces WHERE peer = @peer", new { peer = peer.ToString() });
                problem = kept >= maxPerPeer
                    ? $"{kept} payment intents of this payer are good still; wait until some have expired"
                    : connection.Execute(
                        "INSERT OR IGNORE INTO pay_nonces(nonce, peer, until_ms) VALUES(@nonce, @peer, @until)",
                        new { nonce, peer = peer.ToString(), until = until.ToUnixTimeMilliseconds() }) == 0
                        ? "the payment intent's nonce was used before; each offer needs a fresh one"
                        : null;
            },
            cancellationToken).ConfigureAwait(false);
        return problem;
    }

    /// <summary>How many are kept.</summary>
    public long Count() => store.Read(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM pay_nonces"));
}
