using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;
using Infernet.Daemon.Configuration;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Wallets;

/// <summary>
/// What wallets have on the cluster of the settings, and coins from a test cluster; needs no node, and signs nothing.
/// </summary>
public sealed class WalletChain : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AirdropPatience = TimeSpan.FromSeconds(60);

    private readonly ChainClient _chain;
    private readonly Asset _asset;
    private readonly TimeProvider _time;

    private WalletChain(ChainClient chain, Asset asset, TimeProvider time) =>
        (_chain, _asset, _time) = (chain, asset, time);

    /// <summary>Opens the cluster of the settings; payments need not be on.</summary>
    public static WalletChain Open(NodeConfiguration configuration, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Asset asset = PaymentMapping.AssetOf(configuration);
        var options = new ChainOptions
        {
            Endpoints = configuration.Get(PaymentSettings.RpcUrls),
            Program = default,
            Mint = new Address(asset.MintBytes),
            DailyCap = 0,
        };
        return new WalletChain(ChainClient.Open(options, default, new AmountNames(), time, new Random()), asset, time);
    }

    /// <summary>What somebody has.</summary>
    /// <exception cref="ApiException">The address is none, or the cluster can't be asked.</exception>
    public async Task<WalletBalance> BalanceAsync(string address, CancellationToken cancellationToken)
    {
        Address account = Read(address);
        string genesis = await _chain.AskAsync(r => r.GetGenesisHashAsync(cancellationToken)).ConfigureAwait(false);
        ulong lamports = await _chain.BalanceAsync(account, default(Address), cancellationToken).ConfigureAwait(false);
        return new WalletBalance
        {
            Address = address,
            Genesis = genesis,
            Lamports = lamports,
            Symbol = _asset.Symbol,
            Decimals = _asset.Decimals,
            Mint = _asset.IsLamports ? null : Base58.Encode(_asset.Mint.Span),
            Amount = _asset.IsLamports
                ? lamports
                : await _chain.BalanceAsync(account, _asset, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Asks a test cluster for lamports, and waits until they are there.</summary>
    /// <exception cref="ApiException">The cluster gives none, or can't be asked.</exception>
    public async Task<WalletBalance> AirdropAsync(string address, ulong lamports, CancellationToken cancellationToken)
    {
        Address account = Read(address);
        ulong before = await _chain.BalanceAsync(account, default(Address), cancellationToken).ConfigureAwait(false);
        await AskForAsync(account, lamports, cancellationToken).ConfigureAwait(false);
        using var deadline = new CancellationTokenSource(AirdropPatience, _time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            while (await _chain.BalanceAsync(account, default(Address), waiting.Token).ConfigureAwait(false) == before)
            {
                await Task.Delay(PollInterval, _time, waiting.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PaymentException(
                PaymentCodes.Pending, $"The cluster took the request, but {account} still has {Asset.Sol.Show(before)} after "
                    + $"{AirdropPatience.TotalSeconds:0} s. Look again with: infernet wallet balance");
        }

        return await BalanceAsync(address, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    private async Task AskForAsync(Address account, ulong lamports, CancellationToken cancellationToken)
    {
        try
        {
            await _chain.Rpc.RequestAirdropAsync(account, lamports, cancellationToken).ConfigureAwait(false);
        }
        catch (Solana.Rpc.RpcException refused) when (refused.Problem == Solana.Rpc.RpcProblem.Refused)
        {
            throw new PaymentException(
                PaymentCodes.Refused,
                $"The cluster gives {account} no {Asset.Sol.Show(lamports)}: {refused.Message.TrimEnd('.')}. Only test clusters give coins; "
                + "'infernet ledger start' runs one here.",
                refused);
        }
        catch (Solana.Rpc.RpcException failure)
        {
            // The common words for a cluster that can't be asked; else it answers, and only has no coins for now.
            _ = await _chain.SlotAsync(cancellationToken).ConfigureAwait(false);
            throw new PaymentException(
                PaymentCodes.RpcUnreachable,
                $"The cluster gave {account} no {Asset.Sol.Show(lamports)}: {failure.Message} Test clusters give coins seldom, "
                + "and few of them; try again in some hours, or ask for less.",
                failure);
        }
    }

    private static Address Read(string address) => Address.TryParse(address, out Address account)
        ? account
        : throw new ApiException("invalid", $"'{address}' is not a wallet's address: 32 bytes in base58 are needed.");
}
