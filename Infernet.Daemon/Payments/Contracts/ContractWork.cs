using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>What the desks of contracts share: sending an order with its costs shown, and words for amounts.</summary>
internal sealed class ContractWork(ChainClient chain, TransactionDesk desk)
{
    /// <summary>Characters by which somebody may name an address that is listed.</summary>
    public const int LeastPrefix = 4;

    /// <summary>The longest time that the program takes for a lease or an escrow, see programs/settlement/src.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromDays(365);

    public ChainClient Chain => chain;

    /// <summary>What an order would cost now; nothing is signed.</summary>
    public async Task<SpendView> QuoteAsync(TransactionOrder order, CancellationToken cancellationToken)
    {
        Outflow outflow = await desk.QuoteAsync(order, cancellationToken).ConfigureAwait(false);
        Address[] mints = [.. outflow.Amounts.Keys.Append(default).Append(order.Mint).Distinct().OrderBy(m => m != default)];
        var parts = new List<SpendPart>();
        foreach (Address mint in mints)
        {
            parts.Add(new SpendPart
            {
                Asset = ContractViews.Of(chain.AssetOf(mint)),
                Amount = outflow.Of(mint),
                Balance = await BalanceAsync(mint, cancellationToken).ConfigureAwait(false),
            });
        }

        return new SpendView
        {
            What = order.What, Wallet = chain.Wallet.ToString(), Fee = outflow.Fee, Rent = outflow.Rent, Parts = parts,
        };
    }

    /// <summary>
    /// Sends an order, or says what it would cost; balances before and after stand beside. "Repeated" says that the very
    /// same had been done before, and nothing was done now.
    /// </summary>
    public async Task<(SpendView Spend, bool Repeated)> RunAsync(
        TransactionOrder order, bool dryRun, CancellationToken cancellationToken)
    {
        SpendView quote = await QuoteAsync(order, cancellationToken).ConfigureAwait(false);
        if (dryRun)
        {
            return (quote, false);
        }

        SettledTransaction settled = await desk.SendAsync(order, cancellationToken).ConfigureAwait(false);
        var parts = new List<SpendPart>();
        foreach (SpendPart part in quote.Parts)
        {
            Address mint = part.Asset.Mint is { } text ? Address.Parse(text) : default;
            parts.Add(part with { BalanceAfter = await BalanceAsync(mint, cancellationToken).ConfigureAwait(false) });
        }

        return (
            quote with { Parts = parts, Fee = settled.Fee, Transaction = settled.Id, Slot = settled.Slot },
            settled.Repeated);
    }

    /// <summary>Refuses to begin a second one while the first has no fate yet: both could be paid.</summary>
    public void RequireNone(string purpose, string what)
    {
        if (desk.IsPending(purpose))
        {
            throw new PaymentException(
                PaymentCodes.Pending, $"{what} is under way already; wait until it is on the chain, or has expired.");
        }
    }

    /// <summary>Whether a transaction of a purpose has no fate yet.</summary>
    public bool IsPending(string purpose) => desk.IsPending(purpose);

    /// <summary>How far the transaction came that opens a contract; null if there was none.</summary>
    public Task<TransactionState?> StateOfAsync(string purpose, string address, CancellationToken cancellationToken) =>
        desk.StateOfAsync(purpose, address, cancellationToken);

    /// <summary>
    /// The state of a contract of this node that is not on the chain: "opening", "closed", or null if it never was.
    /// </summary>
    public async Task<string?> StateWithoutChainAsync(
        string purpose, string address, string seen, CancellationToken cancellationToken) =>
        seen != ContractViews.Opening ? ContractViews.Closed
        : await StateOfAsync(purpose, address, cancellationToken).ConfigureAwait(false) switch
        {
            TransactionState.Done => ContractViews.Closed,
            TransactionState.Approved or TransactionState.Signed or TransactionState.Told => ContractViews.Opening,
            _ => null,
        };

    /// <summary>An address that somebody wrote.</summary>
    public static Address Parse(string text, string what) => Address.TryParse(text, out Address address)
        ? address
        : throw new ApiException("invalid", $"'{text}' is no address of a {what}: 32 bytes in base58 are needed.");

    private Task<ulong> BalanceAsync(Address mint, CancellationToken cancellationToken) =>
        chain.BalanceAsync(chain.Wallet, mint, cancellationToken);
}
