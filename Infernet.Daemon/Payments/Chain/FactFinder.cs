using System.Buffers.Binary;
using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>
/// Finds out which cluster the endpoints are of, how the program is configured there, and what is paid in; one question
/// at a time, its answer kept. Facts that were found once count on while the cluster is away.
/// </summary>
internal sealed class FactFinder(ChainClient chain, ChainOptions options, TimeProvider time)
    : IAsyncDisposable
{
    private const int DecimalsAt = 44;
    private const int InitializedAt = 45;

    // Where the clock's account has the date: after slot, epoch's start, epoch and the leaders' epoch.
    private const int ClockLength = 40;
    private const int UnixTimeAt = 32;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task<ClusterFacts>? _asking;
    private ClusterFacts? _found;
    private long _keptAt;
    private TimeSpan _goodFor;

    /// <summary>Why the last question had no answer; null if it had.</summary>
    public string? Problem { get; private set; }

    public async ValueTask<ClusterFacts> GetAsync(CancellationToken cancellationToken)
    {
        Task<ClusterFacts> asking;
        lock (_gate)
        {
            if (_asking is null || (_asking.IsCompleted && time.GetElapsedTime(_keptAt) >= _goodFor))
            {
                _asking = FindAsync();
            }

            asking = _asking;
        }

        return await asking.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task? asking;
        lock (_gate)
        {
            asking = _asking;
        }

        await (asking ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task<ClusterFacts> FindAsync()
    {
        // Off the caller's lock before anything is asked.
        await Task.Yield();
        try
        {
            ClusterFacts facts = await AskAsync(_stopping.Token).ConfigureAwait(false);
            Keep(facts, facts.ClockProblem is null ? options.FactsAge : options.FailureAge, facts.ClockProblem);
            return facts;
        }
        catch (PaymentException problem)
        {
            Keep(_found, options.FailureAge, problem.Message);
            if (problem.Code == PaymentCodes.RpcUnreachable && _found is { } earlier)
            {
                return earlier;
            }

            throw;
        }
    }

    private void Keep(ClusterFacts? facts, TimeSpan age, string? problem)
    {
        lock (_gate)
        {
            (_found, Problem, _keptAt, _goodFor) = (facts, problem, time.GetTimestamp(), age);
        }
    }

    private async Task<ClusterFacts> AskAsync(CancellationToken cancellationToken)
    {
        Address genesis = await GenesisAsync(cancellationToken).ConfigureAwait(false);
        ulong rent = await chain.AskAsync(r => r.GetRentFloorAsync(0, cancellationToken)).ConfigureAwait(false);
        if (rent > TransactionOutflow.Rent(0))
        {
            throw new PaymentException(
                PaymentCodes.WrongCluster,
                $"This cluster asks {Asset.Sol.Show(rent)} for an empty account, more than the "
                + $"{Asset.Sol.Show(TransactionOutflow.Rent(0))} that Solana asks: what things cost can't be told here.");
        }

        AccountData? account = await chain
            .AccountAsync(ConfigInstructions.Address(chain.Program), cancellationToken).ConfigureAwait(false);
        if (account is null || account.Owner != chain.Program
            || !SettlementConfig.TryRead(account.Data.Span, out SettlementConfig config))
        {
            throw new PaymentException(
                PaymentCodes.WrongProgram,
                $"The settlement program {chain.Program} is not configured on the cluster with the genesis hash {genesis}: "
                + "check settlement_program and rpc_urls.");
        }

        Asset asset = await AssetAsync(chain.Mint, "payment_mint", cancellationToken).ConfigureAwait(false);
        if (options.Decimals is { } counted && asset.Decimals != counted)
        {
            // Every amount in the settings was read by them.
            throw new PaymentException(
                PaymentCodes.WrongMint,
                $"The mint {chain.Mint} has {asset.Decimals} decimals on this cluster, and the settings say {counted}: set "
                + $"payment_decimals to {asset.Decimals}, and look through all amounts. Nothing was spent.");
        }

        Asset stake = await AssetAsync(config.StakeMint, "the program's stake mint", cancellationToken)
            .ConfigureAwait(false);
        return new ClusterFacts(genesis, config, asset, stake, rent)
        {
            ClockProblem = await ClockProblemAsync(cancellationToken).ConfigureAwait(false),
        };
    }

    // What an endpoint says here can stop new work, as its silence can, and nothing else.
    private async Task<string?> ClockProblemAsync(CancellationToken cancellationToken)
    {
        AccountData? clock = await chain.AccountAsync(WellKnown.ClockSysvar, cancellationToken).ConfigureAwait(false);
        if (clock is not { Data.Length: ClockLength })
        {
            return null;
        }

        DateTimeOffset there = ContractViews.Time(BinaryPrimitives.ReadInt64LittleEndian(clock.Data.Span[UnixTimeAt..]));
        DateTimeOffset here = time.GetUtcNow();
        return (there - here).Duration() <= options.ClockTolerance ? null
            : $"This node's clock says {here:yyyy-MM-dd HH:mm:ss} UTC, the cluster's {there:yyyy-MM-dd HH:mm:ss}; they may be "
                + $"{options.ClockTolerance.TotalMinutes:0.#} minutes apart. No paid work is begun until the clock is set right.";
    }

    // Each endpoint that answers must be of the one cluster; those that are silent may be another day. All at once: one that
    // is slow must not hold up what the others let be done.
    private async Task<Address> GenesisAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Uri> endpoints = options.Endpoints;
        string?[] said = await Task.WhenAll(Enumerable.Range(0, endpoints.Count).Select(e => AskAsync(e, cancellationToken)))
            .ConfigureAwait(false);
        string first = said.FirstOrDefault(s => s is not null)
            ?? await chain.AskAsync(r => r.GetGenesisHashAsync(cancellationToken)).ConfigureAwait(false);
        string wanted = options.Genesis ?? first;
        for (int endpoint = 0; endpoint < said.Length; endpoint++)
        {
            if ((said[endpoint] ?? first) is var genesis && genesis != wanted)
            {
                throw new PaymentException(
                    PaymentCodes.WrongCluster,
                    $"{EndpointName.Of(endpoints[endpoint])} is of the cluster with the genesis hash {genesis}, and not of "
                    + $"{wanted}; all of rpc_urls must be of one cluster. Nothing was spent.");
            }
        }

        return Address.TryParse(first, out Address hash) ? hash
            : throw new PaymentException(
                PaymentCodes.WrongCluster, $"The cluster's genesis hash '{first}' is no hash of 32 bytes in base58.");
    }

    private async Task<string?> AskAsync(int endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await chain.Rpc.GetGenesisHashAsync(endpoint, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private async Task<Asset> AssetAsync(Address mint, string setting, CancellationToken cancellationToken)
    {
        if (mint == default)
        {
            return Asset.Sol;
        }

        AccountData? account = await chain.AccountAsync(mint, cancellationToken).ConfigureAwait(false);
        if (account is null || account.Owner != WellKnown.TokenProgram || account.Data.Length != TokenProgram.MintLength
            || account.Data.Span[InitializedAt] != 1 || account.Data.Span[DecimalsAt] > Asset.MaxDecimals)
        {
            throw new PaymentException(
                PaymentCodes.WrongMint,
                $"{mint} ({setting}) is no mint of the SPL Token program on this cluster; a mint's address is needed, or "
                + "none for SOL. Nothing was spent.");
        }

        var asset = Asset.Of(mint.Span, account.Data.Span[DecimalsAt]);
        chain.Learn(asset);
        return asset;
    }
}
