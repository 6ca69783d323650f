using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>
/// Makes an order into a message: budgets first, then token accounts that are missing, then what was ordered. Whether
/// the wallet has enough and the programs would agree is asked before anything is signed.
/// </summary>
internal sealed class TransactionPlanner(ChainClient chain, TransactionOutflow reader, ChainOptions options)
{
    /// <summary>Instructions before the order's own: the unit limit and its price.</summary>
    public const byte Budgets = 2;

    private const uint MaxUnits = 1_400_000;
    private const uint SpareUnits = 2_000;

    // Blocks.
    private const ulong BlockhashLife = 150;

    // Accounts that one look for fees may name.
    private const int MaxFeeAccounts = 128;

    /// <exception cref="PaymentException">It would not work, or is too large for one transaction.</exception>
    public async Task<TransactionPlan> PlanAsync(TransactionOrder order, CancellationToken cancellationToken)
    {
        IReadOnlyList<Instruction> made = await MissingAccountsAsync(order, cancellationToken).ConfigureAwait(false);
        LatestBlockhash latest = await BlockhashAsync(cancellationToken).ConfigureAwait(false);
        Message draft = Compile(order, made, latest.Blockhash, MaxUnits, 0);
        bool isLean = made.Count == 0 && !Fits(draft);
        if (isLean)
        {
            draft = Lean(order, latest.Blockhash);
        }

        RequireFits(order, draft);
        Outflow outflow = reader.Of(draft, order.Scope);
        await RequireFundsAsync(order, outflow, cancellationToken).ConfigureAwait(false);
        ulong used = await SimulateAsync(order, draft, cancellationToken).ConfigureAwait(false);
        if (isLean)
        {
            return new TransactionPlan(draft, outflow, latest);
        }

        uint limit = (uint)Math.Min(MaxUnits, used + (used / 4) + SpareUnits);
        ulong price = await PriceAsync(draft, limit, cancellationToken).ConfigureAwait(false);
        Message message = Compile(order, made, latest.Blockhash, limit, price);
        outflow = reader.Of(message, order.Scope);
        await RequireFundsAsync(order, outflow, cancellationToken).ConfigureAwait(false);
        return new TransactionPlan(message, outflow, latest);
    }

    /// <summary>What an order takes, at most, with the accounts that are made before it.</summary>
    /// <exception cref="PaymentException">It would not work.</exception>
    public async Task<Outflow> QuoteAsync(TransactionOrder order, CancellationToken cancellationToken)
    {
        TransactionOrder? accounts = await AccountsFirstAsync(order, cancellationToken).ConfigureAwait(false);
        TransactionOrder[] before = [.. new[] { order.First, accounts }.OfType<TransactionOrder>()];
        if (before.Length == 0)
        {
            return (await PlanAsync(order, cancellationToken).ConfigureAwait(false)).Outflow;
        }

        var whole = new Outflow();
        foreach (TransactionOrder one in before)
        {
            whole.Add((await PlanAsync(one, cancellationToken).ConfigureAwait(false)).Outflow);
        }

        // What comes last can't be simulated before the others are done.
        IReadOnlyList<Instruction> made = accounts is not null
            ? [] : await MissingAccountsAsync(order, cancellationToken).ConfigureAwait(false);
        Message last = Compile(order, made, default, MaxUnits, 0);
        last = Fits(last) ? last : Lean(order, default);
        RequireFits(order, last);
        whole.Add(reader.Of(last, order.Scope));
        whole.AddFee(chain.MaxPriorityFee);
        await RequireFundsAsync(order, whole, cancellationToken).ConfigureAwait(false);
        return whole;
    }

    /// <summary>
    /// An order for the token accounts that another one needs, where both don't fit into one transaction; null where they
    /// do. Made twice they are no error.
    /// </summary>
    public async Task<TransactionOrder?> AccountsFirstAsync(TransactionOrder order, CancellationToken cancellationToken)
    {
        bool Fit(IReadOnlyList<Instruction> made) => Fits(Compile(order, made, default, MaxUnits, 0));
        Instruction[] most = [.. Owners(order).Select(o => AccountOf(o, order))];
        if (most.Length == 0 || Fit(most))
        {
            return null;
        }

        IReadOnlyList<Instruction> made = await MissingAccountsAsync(order, cancellationToken).ConfigureAwait(false);
        if (made.Count == 0 || Fit(made))
        {
            return null;
        }

        ulong slot = await chain.SlotAsync(cancellationToken).ConfigureAwait(false);
        return new TransactionOrder
        {
            Purpose = "accounts", Key = $"{order.Purpose}/{order.Key}/{slot}",
            What = $"making {made.Count} token accounts for {order.What}", Compose = _ => made,
        };
    }

    private Message Compile(
        TransactionOrder order, IReadOnlyList<Instruction> made, Address blockhash, uint units, ulong price) =>
        Message.Compile(
            chain.Wallet, blockhash,
            [
                ComputeBudget.SetUnitLimit(units), ComputeBudget.SetUnitPrice(price), .. made,
                .. order.Compose((byte)(Budgets + made.Count)),
            ]);

    // Without budgets there is room for one signature more. It goes without priority.
    private Message Lean(TransactionOrder order, Address blockhash) =>
        Message.Compile(chain.Wallet, blockhash, order.Compose(0));

    private static bool Fits(Message message) => message.TransactionLength <= TransactionLimits.MaxTransactionLength;

    private static void RequireFits(TransactionOrder order, Message message)
    {
        if (!Fits(message))
        {
            throw new PaymentException(
                PaymentCodes.Refused,
                $"{order.What} takes a transaction of {message.TransactionLength} bytes, and no cluster takes more than "
                + $"{TransactionLimits.MaxTransactionLength}. Nothing was signed or spent.");
        }
    }

    // A blockhash is good for 150 blocks. An endpoint that says less, so that we took the transaction for expired and paid
    // again, is held against what all endpoints have finalized.
    private async Task<LatestBlockhash> BlockhashAsync(CancellationToken cancellationToken)
    {
        LatestBlockhash latest = await chain.AskAsync(r => r.GetLatestBlockhashAsync(cancellationToken))
            .ConfigureAwait(false);
        ulong last = latest.LastValidBlockHeight;
        for (int endpoint = 0; endpoint < options.Endpoints.Count; endpoint++)
        {
            try
            {
                ulong height = await chain.Rpc.GetFinalizedHeightAsync(endpoint, cancellationToken).ConfigureAwait(false);
                last = Math.Max(last, height > ulong.MaxValue - BlockhashLife ? ulong.MaxValue : height + BlockhashLife);
            }
            catch (RpcException)
            {
                // Who is silent now is asked again before anything counts as expired.
            }
        }

        return latest with { LastValidBlockHeight = last };
    }

    private async Task<IReadOnlyList<Instruction>> MissingAccountsAsync(
        TransactionOrder order, CancellationToken cancellationToken)
    {
        var made = new List<Instruction>();
        foreach (Address owner in Owners(order))
        {
            Address account = AssociatedToken.Find(owner, order.Mint);
            if (await chain.AccountAsync(account, cancellationToken).ConfigureAwait(false) is null)
            {
                made.Add(AccountOf(owner, order));
            }
        }

        return made;
    }

    private static IEnumerable<Address> Owners(TransactionOrder order) =>
        order.Mint == default ? [] : order.TokenOwners.Distinct();

    private Instruction AccountOf(Address owner, TransactionOrder order) =>
        AssociatedToken.CreateIdempotent(chain.Wallet, owner, order.Mint);

    private async Task RequireFundsAsync(TransactionOrder order, Outflow outflow, CancellationToken cancellationToken)
    {
        foreach ((Address mint, ulong amount) in outflow.Amounts)
        {
            ulong has = await chain.BalanceAsync(chain.Wallet, mint, cancellationToken).ConfigureAwait(false);
            if (has < amount)
            {
                throw new PaymentException(
                    PaymentCodes.Unfunded,
                    $"{order.What} takes {chain.Show(mint, amount)}{Parts(mint, outflow)}, and the wallet {chain.Wallet} has "
                    + $"{chain.Show(mint, has)}: send it {chain.Show(mint, amount - has)} or more. Nothing was spent.");
            }

            ulong left = has - amount, floor = TransactionOutflow.Rent(0);
            if (mint == default && left > 0 && left < floor)
            {
                throw new PaymentException(
                    PaymentCodes.Dust,
                    $"{order.What} takes {chain.Show(mint, amount)}{Parts(mint, outflow)} and would leave {Asset.Sol.Show(left)} "
                    + $"in the wallet {chain.Wallet}, less than the rent of an account ({Asset.Sol.Show(floor)}), which the "
                    + $"cluster refuses: send it {Asset.Sol.Show(floor - left)} or more. Nothing was spent.");
            }
        }
    }

    private static string Parts(Address mint, Outflow outflow) => mint == default
        ? $" (rent {Asset.Sol.Show(outflow.Rent)} and fee {Asset.Sol.Show(outflow.Fee)} included)" : "";

    private async Task<ulong> SimulateAsync(TransactionOrder order, Message draft, CancellationToken cancellationToken)
    {
        SimulationResult simulation = await chain
            .AskAsync(r => r.SimulateUnsignedAsync(Transaction.Sign(draft), cancellationToken)).ConfigureAwait(false);
        if (simulation.Error is null)
        {
            return simulation.Units;
        }

        (string code, string sentence) = ChainRefusal.Describe(simulation.Error, draft, chain.Program);
        throw new PaymentException(code, $"{order.What} would fail: {sentence}. Nothing was signed or spent.");
    }

    // What others lately paid for the same accounts, by the median, within our own limit: it is an endpoint's word.
    private async Task<ulong> PriceAsync(Message draft, uint units, CancellationToken cancellationToken)
    {
        try
        {
            Address[] written = [.. draft.Accounts.Where((_, i) => IsWritten(draft.Header, i, draft.Accounts.Count))];
            IReadOnlyList<PriorityFee> fees = await chain.Rpc
                .GetRecentPriorityFeesAsync([.. written.Take(MaxFeeAccounts)], cancellationToken).ConfigureAwait(false);
            ulong[] prices = [.. fees.Select(f => f.MicroLamports).Order()];
            UInt128 most = (UInt128)options.MaxPriorityFee * 1_000_000 / units;
            ulong median = prices.Length == 0 ? 0 : prices[prices.Length / 2];
            return median > most ? (ulong)most : median;
        }
        catch (RpcException)
        {
            // It goes without priority: slower, not wrong.
            return 0;
        }
    }

    private static bool IsWritten(MessageHeader header, int index, int count) => index < header.Signers
        ? index < header.Signers - header.ReadOnlySigners
        : index < count - header.ReadOnlyOthers;
}
