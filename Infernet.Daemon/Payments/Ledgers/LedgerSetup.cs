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

    /// <summary>Sets up the ledger that is ready; its keys are, or come to lie, in a folder.</summary>
    /// <param name="ready">What it said of itself.</param>
    /// <param name="folder">Of its keys.</param>
    /// <param name="committee">
    /// Who releases and slashes; null for whoever does already, on a new ledger for three keys of the folder's.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">The ledger refuses; says what.</exception>
    /// <exception cref="RpcException">It does not answer.</exception>
    public static async Task<LedgerFacts> PrepareAsync(
        LedgerReady ready, string folder, LedgerCommittee? committee, TimeProvider time,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ready);
        var keys = LedgerKeys.Open(folder, Convert.FromHexString(ready.AuthoritySeed));
        using var http = new HttpClient();
        var chain = new LedgerChain(http, ready.Http, time);
        var program = Address.Parse(ready.Program);
        await chain.FundAsync(keys.Treasury.Address, Sol, cancellationToken).ConfigureAwait(false);
        await chain.FundAsync(keys.Platform.Address, Sol, cancellationToken).ConfigureAwait(false);
        await MakeMintAsync(chain, keys, cancellationToken).ConfigureAwait(false);
        SettlementConfig config = await ConfigureAsync(chain, keys, program, committee, cancellationToken)
            .ConfigureAwait(false);
        return new LedgerFacts
        {
            Genesis = await chain.Rpc.GetGenesisHashAsync(cancellationToken).ConfigureAwait(false),
            Program = ready.Program,
            Mint = keys.Mint.Address.ToString(),
            Authority = keys.Authority.Address.ToString(),
            Treasury = keys.Treasury.Address.ToString(),
            Platform = keys.Platform.Address.ToString(),
            Committee = [.. config.Committee.Select(k => k.ToString())],
            Threshold = config.Threshold,
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

    private static async Task<SettlementConfig> ConfigureAsync(
        LedgerChain chain, LedgerKeys keys, Address program, LedgerCommittee? committee,
        CancellationToken cancellationToken)
    {
        Address account = ConfigInstructions.Address(program);
        SettlementConfig? before =
            await chain.Rpc.GetAccountAsync(account, cancellationToken).ConfigureAwait(false) is { } there
            && SettlementConfig.TryRead(there.Data.Span, out SettlementConfig read) ? read : null;
        if (before is not null && (committee is null
            || (before.Threshold == committee.Threshold && before.Committee.SequenceEqual(committee.Members))))
        {
            return before;
        }

        committee ??= new LedgerCommittee([.. keys.Committee.Select(k => k.Address)], Threshold);
        SettlementConfig config = (before ?? new SettlementConfig
        {
            Treasury = keys.Treasury.Address, Platform = keys.Platform.Address, Threshold = Threshold, Committee = [],
        }) with { Committee = committee.Members, Threshold = committee.Threshold };
        await chain.RunAsync(
            [ConfigInstructions.Set(program, keys.Authority.Address, config)], [keys.Authority], cancellationToken)
            .ConfigureAwait(false);
        return config;
    }
}
