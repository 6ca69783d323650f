using Infernet.Core.Api;
using Infernet.Solana.Keys;
using Infernet.Solana.Rpc;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Ledgers;

/// <summary>A local ledger's authority at work: transactions that nobody has to be careful with.</summary>
internal sealed class LedgerChain(HttpClient http, Uri endpoint, TimeProvider time)
{
    public SolanaRpc Rpc { get; } = new(
        http,
        new RpcOptions
        {
            Endpoints = [endpoint], RequestsPerSecond = 1000, PollInterval = TimeSpan.FromMilliseconds(20),
        },
        time,
        new Random(1));

    /// <summary>Gives an account this many lamports if it has none.</summary>
    public async Task FundAsync(Address account, ulong lamports, CancellationToken cancellationToken)
    {
        if (await Rpc.GetBalanceAsync(account, cancellationToken).ConfigureAwait(false) == 0)
        {
            await Rpc.RequestAirdropAsync(account, lamports, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a transaction that the first key pays for.</summary>
    /// <exception cref="ApiException">It failed.</exception>
    public async Task RunAsync(
        IReadOnlyList<Instruction> instructions, IReadOnlyList<SolanaKey> keys, CancellationToken cancellationToken)
    {
        LatestBlockhash latest = await Rpc.GetLatestBlockhashAsync(cancellationToken).ConfigureAwait(false);
        var message = Message.Compile(keys[0].Address, latest.Blockhash, instructions);
        SendResult result = await new TransactionSender(Rpc)
            .SendAsync(Transaction.Sign(message, keys), latest.LastValidBlockHeight, cancellationToken)
            .ConfigureAwait(false);
        if (result.Outcome != SendOutcome.Done)
        {
            throw new ApiException(
                "internal", $"The local ledger at {endpoint} did not take a transaction: {result.Error ?? "it expired"}");
        }
    }
}
