using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Solana.Tests.Settlement.Histories;

/// <summary>The model of stakes: one node a person, from 1,000 on, with a cool-down of two hours.</summary>
internal sealed class Stakes(World world)
{
    private const ulong Lowest = 1000;
    private const long Cooldown = 7200;

    private readonly Dictionary<Address, Node> _nodes = [];

    public Step? Next()
    {
        SolanaKey owner = world.Anybody();
        return (_nodes.GetValueOrDefault(owner.Address), world.Random.Next(5)) switch
        {
            (null, _) or (_, 0) => Add(owner),
            (Node node, 1) => Unstake(node, (ulong)world.Random.Next(0, 1500)),
            (Node node, 2) => Withdraw(node),
            (Node node, 3) => Slash(node, (ulong)world.Random.Next(0, 800)),
            (Node node, _) => Unstake(node, node.Staked),
        };
    }

    /// <summary>Everybody asks for everything; after the cool-down everybody takes it.</summary>
    public IEnumerable<Step> AskForAll() => _nodes.Values.ToArray().Where(n => n.Staked > 0).Select(n => Unstake(n, n.Staked));

    public IEnumerable<Step> Rest() => _nodes.Values.ToArray().Select(Withdraw);

    private Step Add(SolanaKey owner)
    {
        Node? known = _nodes.GetValueOrDefault(owner.Address);
        Address address = NodeState.Derive(world.Chain.Program, owner.Address).Address;
        ulong amount = (ulong)world.Random.Next(0, 3000);
        SettlementError expected = amount == 0 || amount + (known?.Staked ?? 0) < Lowest
            ? SettlementError.Amount : SettlementError.None;
        return new Step(
            "stake",
            world.WithVault(
                address, StakeInstructions.Add(world.Chain.Program, owner.Address, world.Chain.Mint, amount, new byte[32])),
            [owner], expected,
            () =>
            {
                ulong rent = known is null ? world.Rent(NodeState.Length) : 0;
                world.Purses.Move(owner.Address, address, amount + rent);
                Node node = known ?? (_nodes[owner.Address] = new Node(owner, address, world.Slot));
                node.Staked += amount;
            });
    }

    private Step Unstake(Node n, ulong amount) => new(
        "unstake", [StakeInstructions.Unstake(world.Chain.Program, n.Owner.Address, amount)], [n.Owner],
        amount == 0 || amount > n.Staked ? SettlementError.Amount : SettlementError.None,
        () =>
        {
            (n.Staked, n.Pending) = (n.Staked - amount, n.Pending + amount);
            n.UnlockAt = world.Chain.Now + Cooldown;
        });

    private Step Withdraw(Node n)
    {
        SettlementError expected = n.Pending == 0 && n.Staked > 0 ? SettlementError.Amount
            : world.Chain.Now < n.UnlockAt || (n.Staked == 0 && world.Slot <= n.Slot) ? SettlementError.Time
            : SettlementError.None;
        return new Step(
            "withdraw", [StakeInstructions.Withdraw(world.Chain.Program, n.Owner.Address, world.Chain.Mint)], [n.Owner],
            expected,
            () =>
            {
                world.Purses.Move(n.Address, n.Owner.Address, n.Staked == 0 ? world.Purses[n.Address] : n.Pending);
                n.Pending = 0;
                if (n.Staked == 0)
                {
                    _nodes.Remove(n.Owner.Address);
                }
            });
    }

    private Step Slash(Node n, ulong amount)
    {
        var attestation = new Attestation(
            world.Chain.Program, n.Address, new byte[32], AttestationAction.Slash, amount, n.Slot, n.Slashes);
        ulong taken = Math.Min(amount, n.Staked + n.Pending);
        return new Step(
            "slash",
            [
                SettlementChain.Attest(attestation, world.Chain.Committee[1], world.Chain.Committee[2]),
                StakeInstructions.Slash(world.Chain.Program, world.Chain.Mint, attestation, world.Chain.Config, 0),
            ],
            [], taken == 0 ? SettlementError.Amount : SettlementError.None,
            () =>
            {
                world.Purses.Move(n.Address, world.Chain.Config.Treasury, taken);
                ulong fromStake = Math.Min(taken, n.Staked);
                n.Staked -= fromStake;
                n.Pending -= taken - fromStake;
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
