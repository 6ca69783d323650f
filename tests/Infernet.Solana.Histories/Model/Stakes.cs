using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Histories.Model;

/// <summary>The model of stakes: one node a person.</summary>
internal sealed class Stakes(World world) : IContracts
{
    private readonly Dictionary<Address, Node> _nodes = [];

    private Address Mint => world.Config.StakeMint;

    public Step Next()
    {
        SolanaKey owner = world.Anybody();
        return (_nodes.GetValueOrDefault(owner.Address), world.Random.Next(6)) switch
        {
            (null, _) or (_, 0) => Add(owner),
            (Node node, 1) => Unstake(node, (ulong)(world.Random.NextDouble() * node.Staked * 1.05)),
            (Node node, 2) => Withdraw(node),
            (Node node, 3 or 4) => Slash(node, (ulong)(world.Random.NextDouble() * (node.Staked + node.Pending))),
            (Node node, _) => Unstake(node, node.Staked),
        };
    }

    public IEnumerable<Step> Drain(int round) => round == 0
        ? _nodes.Values.ToArray().Where(n => n.Staked > 0).Select(n => Unstake(n, n.Staked))
        : _nodes.Values.ToArray().Select(Withdraw);

    private Step Add(SolanaKey owner)
    {
        Node? known = _nodes.GetValueOrDefault(owner.Address);
        Address address = NodeState.Derive(world.Program, owner.Address).Address;
        ulong amount = world.AnyAmount(36);
        Gift gift = known is null ? world.AnyGift() : default;
        SettlementError expected = amount == 0 || amount + (known?.Staked ?? 0) < world.Config.Tiers[0].Stake
            ? SettlementError.Amount : SettlementError.None;
        return new Step(
            "stake", Mint,
            world.Opening(
                address, Mint, gift, StakeInstructions.Add(world.Program, owner.Address, Mint, amount, world.AnyHash())),
            [owner], expected,
            () =>
            {
                if (known is null)
                {
                    world.Open(owner.Address, address, Mint, gift, NodeState.Length, amount);
                    known = _nodes[owner.Address] = new Node(owner, address, world.Slot);
                }
                else
                {
                    world.Purse(Mint).Move(owner.Address, address, amount);
                }

                known.Staked += amount;
            });
    }

    private Step Unstake(Node n, ulong amount) => new(
        "unstake", Mint, [StakeInstructions.Unstake(world.Program, n.Owner.Address, amount)], [n.Owner],
        amount == 0 || amount > n.Staked ? SettlementError.Amount : SettlementError.None,
        () =>
        {
            (n.Staked, n.Pending) = (n.Staked - amount, n.Pending + amount);
            n.UnlockAt = world.Now + world.Config.Cooldown;
        });

    private Step Withdraw(Node n)
    {
        SettlementError expected = n.Pending == 0 && n.Staked > 0 ? SettlementError.Amount
            : world.Now < n.UnlockAt || (n.Staked == 0 && world.Slot <= n.Slot) ? SettlementError.Time
            : SettlementError.None;
        return new Step(
            "withdraw stake", Mint, [StakeInstructions.Withdraw(world.Program, n.Owner.Address, Mint)], [n.Owner],
            expected,
            () =>
            {
                if (n.Staked == 0)
                {
                    world.End(n.Address, n.Owner.Address, Mint);
                    _nodes.Remove(n.Owner.Address);
                }
                else
                {
                    world.Purse(Mint).Move(n.Address, n.Owner.Address, n.Pending);
                    n.Pending = 0;
                }
            });
    }

    private Step Slash(Node n, ulong amount)
    {
        var attestation = new Attestation(
            world.Program, n.Address, world.AnyHash(), AttestationAction.Slash, amount, n.Slot, n.Slashes);
        ulong taken = Math.Min(amount, n.Staked + n.Pending);
        int signers = world.Random.Next(1, world.Config.Committee.Count + 1);
        SettlementError expected = signers < world.Config.Threshold ? SettlementError.Threshold
            : taken == 0 ? SettlementError.Amount : SettlementError.None;
        return new Step(
            "slash", Mint,
            [
                Attested.By(world, attestation, signers),
                StakeInstructions.Slash(world.Program, Mint, attestation, world.Config, 0),
            ],
            [], expected,
            () =>
            {
                world.Purse(Mint).Move(n.Address, world.Config.Treasury, taken);
                ulong fromStake = Math.Min(taken, n.Staked);
                (n.Staked, n.Pending) = (n.Staked - fromStake, n.Pending - (taken - fromStake));
                n.Slashes++;
            });
    }

    private sealed class Node(SolanaKey owner, Address address, ulong slot)
    {
        public SolanaKey Owner { get; } = owner;

        public Address Address { get; } = address;

        public ulong Slot { get; } = slot;

        public ulong Staked { get; set; }

        public ulong Pending { get; set; }

        public ulong Slashes { get; set; }

        public long UnlockAt { get; set; }
    }
}
