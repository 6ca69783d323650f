using Infernet.Core.Api;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Ledgers;

/// <summary>
/// Makes a fresh local ledger usable: money for those who get the fees, a token for trying, and the program's
/// configuration, each unless it is there already. Not for clusters that others can reach.
/// </summary>
public static class LedgerSetup
{
    private const ulong Sol = 1_000_000_000;
    private const byte MintDecimals = 6;
    private const byte Threshold = 2;

    /// <summary>Sets up the ledger that <paramref name="ready"/> tells of; its keys are, or come to lie, in a folder.</summary>
    /// <exception cref="ApiException">The ledger refuses; says what.</exception>
    /// <exception cref="RpcException">It does not answer.</exception>
    public static async Task<LedgerFacts> PrepareAsync(
        LedgerReady ready, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ready);
        var keys = LedgerKeys.Open(folder, Convert.FromHexString(ready.AuthoritySeed));
        using var http = new HttpClient();
        var chain = new LedgerChain(http, ready.Http, time);
        var program = Address.Parse(ready.Program);
        await chain.FundAsync(keys.Treasury.Address, Sol, cancellationToken).ConfigureAwait(false);
        await chain.FundAsync(keys.Platform.Address, Sol, cancellationToken).ConfigureAwait(false);
        await MakeMintAsync(chain, keys, cancellationToken).ConfigureAwait(false);
        await ConfigureAsync(chain, keys, program, cancellationToken).ConfigureAwait(false);
        return new LedgerFacts
        {
            Genesis = await chain.Rpc.GetGenesisHashAsync(cancellationToken).ConfigureAwait(false),
            Program = ready.Program,
            Mint = keys.Mint.Address.ToString(),
            Authority = keys.Authority.Address.ToString(),
            Treasury = keys.Treasury.Address.ToString(),
            Platform = keys.Platform.Address.ToString(),
            Committee = [.. keys.Committee.Select(k => k.Address.ToString())],
            Threshold = Threshold,
        };
    }

    private static async Task MakeMintAsync(LedgerChain chain, LedgerKeys keys, CancellationToken cancellationToken)
    {
        (Address authority, Address mint) = (keys.Authority.Address, keys.Mint.Address);
        if (await chain.Rpc.GetAccountAsync(mint, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        ulong rent = await chain.Rpc.GetRentFloorAsync(TokenProgram.MintLength, cancellationToken).ConfigureAwait(false);
        await chain.RunAsync(
            [
                SystemProgram.CreateAccount(authority, mint, rent, TokenProgram.MintLength, WellKnown.TokenProgram),
                TokenProgram.InitializeMint(mint, MintDecimals, authority),
                AssociatedToken.CreateIdempotent(authority, keys.Treasury.Address, mint),
                AssociatedToken.CreateIdempotent(authority, keys.Platform.Address, mint),
            ],
            [keys.Authority, keys.Mint], cancellationToken).ConfigureAwait(false);
    }

    private static async Task ConfigureAsync(
        LedgerChain chain, LedgerKeys keys, Address program, CancellationToken cancellationToken)
    {
        Address account = ConfigInstructions.Address(program);
        if (await chain.Rpc.GetAccountAsync(account, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        var config = new SettlementConfig
        {
            Treasury = keys.Treasury.Address,
            Platform = keys.Platform.Address,
            Threshold = Threshold,
            Committee = [.. keys.Committee.Select(k => k.Address)],
        };
        await chain.RunAsync(
            [ConfigInstructions.Set(program, keys.Authority.Address, config)], [keys.Authority], cancellationToken)
            .ConfigureAwait(false);
    }
}
