using Infernet.Solana.Keys;
using Infernet.Solana.Programs;

namespace Infernet.Daemon.Payments.Ledgers;

/// <summary>Gives the local ledger's token for trying to whoever wants it.</summary>
public static class LedgerMint
{
    /// <summary>Makes this many of the token's smallest unit, and an account for them if there is none.</summary>
    /// <exception cref="Core.Api.ApiException">The ledger refuses, or the address is none.</exception>
    public static async Task GiveAsync(
        Uri rpc, string folder, string owner, ulong amount, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!Address.TryParse(owner, out Address account))
        {
            throw new Core.Api.ApiException("invalid", $"'{owner}' is not a wallet's address: 32 bytes in base58 are needed.");
        }

        SolanaKey authority = LedgerKeys.Load(folder, "authority");
        Address mint = LedgerKeys.Load(folder, "mint").Address;
        using var http = new HttpClient();
        await new LedgerChain(http, rpc, time).RunAsync(
            [
                AssociatedToken.CreateIdempotent(authority.Address, account, mint),
                TokenProgram.MintTo(mint, AssociatedToken.Find(account, mint), authority.Address, amount),
            ],
            [authority], cancellationToken).ConfigureAwait(false);
    }
}
