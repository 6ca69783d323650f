using System.Globalization;
using System.Security.Cryptography;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Contracts;

/// <summary>This node's stake: what it is, adding to it, and getting it back after the cool-down.</summary>
internal sealed class StakeDesk(ContractWork work, PeerId self, Random random) : IDisposable
{
    // One change at a time: who comes second sees in its preview what the first has done.
    private readonly SemaphoreSlim _one = new(1);
    private readonly byte[] _peer = PeerHash(self);

    private ChainClient Chain => work.Chain;

    /// <summary>What a node's account names its peer by.</summary>
    public static byte[] PeerHash(PeerId peer) => SHA256.HashData(peer.ToBytes());

    /// <summary>A wallet's stake, or this node's.</summary>
    public async Task<StakeView> StatusAsync(string? owner, CancellationToken cancellationToken)
    {
        Address wallet = owner is null ? Chain.Wallet : ContractWork.Parse(owner, "wallet");
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        return View(wallet, facts, await Chain.FreshStakeAsync(wallet, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// How many jobs at once the own stake's tier stands for: 0 without a stake, or below the lowest tier.
    /// </summary>
    public async Task<uint> JobsAtOnceAsync(CancellationToken cancellationToken) =>
        (await StatusAsync(null, cancellationToken).ConfigureAwait(false)).JobsAtOnce ?? uint.MaxValue;

    /// <summary>Registers the node, or adds to its stake.</summary>
    /// <exception cref="PaymentException">The wallet has too little, or it is below the lowest tier…</exception>
    public Task<StakeChange> AddAsync(ulong amount, bool dryRun, CancellationToken cancellationToken) => ChangeAsync(
        "stake-add",
        (facts, before) =>
        {
            ulong least = facts.Config.Tiers[0].Stake;
            if (before.Staked < least && amount < least - before.Staked)
            {
                throw new PaymentException(
                    PaymentCodes.Dust,
                    $"A stake of {facts.Stake.Show(before.Staked + amount)} is below the lowest tier, of "
                    + $"{facts.Stake.Show(least)}: add {facts.Stake.Show(least - before.Staked)} or more from the wallet "
                    + $"{Chain.Wallet}. Nothing was spent.");
            }

            return ($"staking {facts.Stake.Show(amount)}", mint => StakeInstructions.Add(
                Chain.Program, Chain.Wallet, mint, amount, _peer));
        },
        facts => [NodeState.Derive(Chain.Program, Chain.Wallet).Address],
        dryRun, cancellationToken);

    /// <summary>Begins the cool-down of a part of the stake; that of what cools down already begins anew.</summary>
    public Task<StakeChange> BeginUnstakeAsync(ulong amount, bool dryRun, CancellationToken cancellationToken) =>
        ChangeAsync(
            "unstake",
            (facts, before) => amount > 0 && amount <= before.Staked
                ? ($"beginning the cool-down of {facts.Stake.Show(amount)} of stake",
                    _ => StakeInstructions.Unstake(Chain.Program, Chain.Wallet, amount))
                : throw new PaymentException(
                    PaymentCodes.ContractUnknown,
                    $"{facts.Stake.Show(amount)} can't be unstaked: the wallet {Chain.Wallet} has "
                    + $"{facts.Stake.Show(before.Staked)} at stake."),
            _ => [], dryRun, cancellationToken);

    /// <summary>Takes what has cooled down.</summary>
    public Task<StakeChange> WithdrawAsync(bool dryRun, CancellationToken cancellationToken) => ChangeAsync(
        "stake-withdraw",
        (facts, before) => before.Pending > 0
            ? ($"withdrawing {facts.Stake.Show(before.Pending)} of stake (from {before.UnlockAt:u} on)",
                mint => StakeInstructions.Withdraw(Chain.Program, Chain.Wallet, mint))
            : throw new PaymentException(
                PaymentCodes.ContractUnknown,
                $"Nothing of the wallet {Chain.Wallet}'s stake of {facts.Stake.Show(before.Staked)} cools down; begin that "
                + "first, by 'stake withdraw' with an amount."),
        _ => [Chain.Wallet], dryRun, cancellationToken);

    public void Dispose() => _one.Dispose();

    internal StakeView View(Address owner, ClusterFacts facts, NodeState? stake)
    {
        var view = new StakeView
        {
            Owner = owner.ToString(),
            Node = NodeState.Derive(Chain.Program, owner).Address.ToString(),
            Asset = ContractViews.Of(facts.Stake),
            Registered = stake is not null,
            JobsAtOnce = 0,
            CooldownSeconds = facts.Config.Cooldown,
            Tiers =
            [
                .. facts.Config.Tiers.Select(t => new StakeTierView(t.Stake, ContractViews.Jobs(t.Jobs))),
            ],
        };
        int tier = (int)Math.Min(stake?.Tier ?? 0, SettlementConfig.TierCount);
        return stake is null ? view : view with
        {
            ForThisNode = owner == Chain.Wallet ? stake.Peer.Span.SequenceEqual(_peer) : null,
            Staked = stake.Staked,
            Pending = stake.Pending,
            UnlockAt = stake.Pending > 0 ? ContractViews.Time(stake.UnlockAt) : null,
            Slashed = stake.Slashed,
            Tier = tier,
            JobsAtOnce = tier == 0 ? 0 : view.Tiers[tier - 1].JobsAtOnce,
            RegisteredSlot = stake.RegisteredSlot,
            Slashes = stake.Slashes,
        };
    }

    private async Task<StakeChange> ChangeAsync(
        string purpose, Func<ClusterFacts, StakeView, (string What, Func<Address, Instruction> Make)> prepare,
        Func<ClusterFacts, IReadOnlyList<Address>> tokenOwners, bool dryRun, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ChangeAloneAsync(purpose, prepare, tokenOwners, dryRun, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<StakeChange> ChangeAloneAsync(
        string purpose, Func<ClusterFacts, StakeView, (string What, Func<Address, Instruction> Make)> prepare,
        Func<ClusterFacts, IReadOnlyList<Address>> tokenOwners, bool dryRun, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await Chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        StakeView before = await StatusAsync(null, cancellationToken).ConfigureAwait(false);
        (string what, Func<Address, Instruction> make) = prepare(facts, before);
        work.RequireNone(purpose, what);
        Address mint = new(facts.Stake.MintBytes);
        (SpendView spend, _) = await work.RunAsync(
            new TransactionOrder
            {
                Purpose = purpose,

                // The same change twice is meant twice: what is under way was ruled out above.
                Key = random.NextInt64().ToString("x", CultureInfo.InvariantCulture),
                What = what,
                Mint = mint,
                TokenOwners = tokenOwners(facts),
                Scope = new OutflowScope { StakeMint = mint },
                Compose = _ => [make(mint)],
            },
            dryRun, cancellationToken).ConfigureAwait(false);
        return new StakeChange
        {
            Before = before,
            After = dryRun ? null : await StatusAsync(null, cancellationToken).ConfigureAwait(false),
            Spend = spend,
        };
    }
}
