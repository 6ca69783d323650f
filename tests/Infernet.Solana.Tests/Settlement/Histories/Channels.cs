using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Tests.Settlement.Histories;

/// <summary>The model of channels.</summary>
internal sealed class Channels(World world)
{
    private const ulong Window = 150;
    private const long Delay = 3600;

    private readonly List<Open> _open = [];
    private readonly SolanaKey _signer = world.Chain.NewKey();
    private ulong _salt;

    public Step? Next() => (world.Random.Next(7), _open.Count) switch
    {
        (0, < 6) or (_, 0) => Start(),
        (1 or 2, _) => Settle(Any()),
        (3, _) => TopUp(Any()),
        (4, _) => Ask(Any()),
        (5, _) => Reclaim(Any()),
        _ => Close(Any()),
    };

    /// <summary>What ends everything, once time has passed.</summary>
    public IEnumerable<Step> Rest() => _open.ToArray().Select(Reclaim);

    private Open Any() => _open[world.Random.Next(_open.Count)];

    private Step Start()
    {
        SolanaKey payer = world.Anybody(), payee = world.Anybody();
        var key = new ChannelKey(
            payer.Address, payee.Address, world.Chain.Mint, _signer.Address, _salt++, world.Slot);
        ulong deposit = (ulong)world.Random.Next(0, 100_000);
        long expiry = world.Chain.Now + world.Random.Next(-10, 5000);
        Address address = key.Derive(world.Chain.Program).Address;
        SettlementError expected = deposit == 0 ? SettlementError.Amount
            : expiry <= world.Chain.Now ? SettlementError.Time : SettlementError.None;
        return new Step(
            "open",
            world.WithVault(address, ChannelInstructions.Open(world.Chain.Program, key, deposit, expiry)), [payer], expected,
            () =>
            {
                world.Purses.Move(payer.Address, address, deposit + world.Rent(ChannelState.Length));
                _open.Add(new Open(key, address) { Deposit = deposit, Expiry = expiry });
            });
    }

    private Step Settle(Open c)
    {
        ulong cumulative = c.Settled + (ulong)world.Random.Next(0, (int)(c.Deposit - c.Settled) + 50);
        var voucher = new Voucher(c.Address, cumulative, 0);
        SettlementError expected = cumulative <= c.Settled ? SettlementError.Stale
            : cumulative > c.Deposit ? SettlementError.Deposit : SettlementError.None;
        return new Step(
            "settle",
            [
                Ed25519Program.Verify(voucher.Encode(), new Ed25519Signature(_signer.Address, voucher.Sign(_signer))),
                ChannelInstructions.Settle(world.Chain.Program, c.Key, voucher, world.Chain.Config, 0),
            ],
            [], expected,
            () =>
            {
                world.Pay(c.Address, c.Key.Payee, c.Settled, cumulative);
                c.Settled = cumulative;
            });
    }

    private Step TopUp(Open c)
    {
        ulong amount = (ulong)world.Random.Next(0, 1000);
        SettlementError expected = c.ReclaimAt != 0 ? SettlementError.Closing
            : c.Expiry <= world.Chain.Now ? SettlementError.Time : SettlementError.None;
        return new Step(
            "top up", [ChannelInstructions.TopUp(world.Chain.Program, c.Key, amount, 0)], [world.Find(c.Key.Payer)], expected,
            () =>
            {
                world.Purses.Move(c.Key.Payer, c.Address, amount);
                c.Deposit += amount;
            });
    }

    private Step Ask(Open c) => new(
        "request close", [ChannelInstructions.RequestClose(world.Chain.Program, c.Key)], [world.Find(c.Key.Payer)],
        c.ReclaimAt != 0 ? SettlementError.Closing : SettlementError.None,
        () => c.ReclaimAt = world.Chain.Now + Delay);

    private Step Reclaim(Open c)
    {
        bool due = (c.ReclaimAt != 0 && world.Chain.Now >= c.ReclaimAt) || world.Chain.Now >= c.Expiry + Delay;
        return new Step(
            "reclaim", [ChannelInstructions.Reclaim(world.Chain.Program, c.Key)], [],
            due && Settled(c) ? SettlementError.None : SettlementError.Time, () => End(c));
    }

    private Step Close(Open c) => new(
        "close", [ChannelInstructions.Close(world.Chain.Program, c.Key)], [world.Find(c.Key.Payer), world.Find(c.Key.Payee)],
        Settled(c) ? SettlementError.None : SettlementError.Time, () => End(c));

    private bool Settled(Open c) => world.Slot > c.Key.OpenSlot + Window;

    private void End(Open c)
    {
        world.Purses.Move(c.Address, c.Key.Payer, world.Purses[c.Address]);
        _open.Remove(c);
    }

    private sealed class Open(ChannelKey key, Address address)
    {
        public ChannelKey Key { get; } = key;

        public Address Address { get; } = address;

        public ulong Deposit { get; set; }

        public ulong Settled { get; set; }

        public long Expiry { get; init; }

        public long ReclaimAt { get; set; }
    }
}
