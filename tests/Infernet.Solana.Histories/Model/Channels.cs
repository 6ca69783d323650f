using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Histories.Model;

/// <summary>The model of channels.</summary>
internal sealed class Channels(World world) : IContracts
{
    private const ulong Window = 150;
    private const long MaxTerm = 3650L * 24 * 3600;
    private const int Most = 12;

    private readonly List<Open> _open = [];
    private ulong _salt;

    public Step Next() => (world.Random.Next(10), _open.Count) switch
    {
        (0 or 1, < Most) or (_, 0) => Start(),
        ( <= 5, _) => Settle(Any()),
        (6, _) => TopUp(Any()),
        (7, _) => Ask(Any()),
        (8, _) => Reclaim(Any()),
        _ => Close(Any()),
    };

    public IEnumerable<Step> Drain(int round) => round == 0 ? _open.ToArray().Select(Reclaim) : [];

    private Open Any() => _open[world.Random.Next(_open.Count)];

    private Step Start()
    {
        SolanaKey payer = world.Anybody(), signer = world.Anybody();
        Address mint = world.AnyMint();
        ulong slot = world.Slot + 1 - (ulong)world.Random.Next(0, (int)Math.Min(world.Slot, Window + 3));
        var key = new ChannelKey(payer.Address, world.Anybody().Address, mint, signer.Address, _salt++, slot);
        ulong deposit = world.AnyAmount(50);
        long expiry = world.Now + (world.Random.Next(20) == 0 ? MaxTerm + 1 : world.Random.Next(-10, 5000));
        Address address = key.Derive(world.Program).Address;
        SettlementError expected = deposit == 0 ? SettlementError.Amount
            : expiry <= world.Now || expiry > world.Now + MaxTerm ? SettlementError.Time
            : slot > world.Slot || slot + Window < world.Slot ? SettlementError.Time : SettlementError.None;
        Gift gift = world.AnyGift();
        return new Step(
            "open channel", mint,
            world.Opening(address, mint, gift, ChannelInstructions.Open(world.Program, key, deposit, expiry)), [payer], expected,
            () =>
            {
                world.Open(payer.Address, address, mint, gift, ChannelState.Length, deposit);
                _open.Add(new Open(key, address, signer, Fees.Of(world.Config), world.Config.WithdrawDelay)
                {
                    Deposit = deposit,
                    Expiry = expiry,
                });
            });
    }

    private Step Settle(Open c)
    {
        ulong rest = c.Deposit - c.Settled;
        ulong cumulative = c.Settled + (ulong)(world.Random.NextDouble() * rest * 1.05);
        long expires = world.Random.Next(5) == 0 ? world.Now + world.Random.Next(-5, 5) : 0;
        var voucher = new Voucher(c.Address, cumulative, expires);
        SettlementError expected = cumulative <= c.Settled ? SettlementError.Stale
            : cumulative > c.Deposit ? SettlementError.Deposit
            : expires != 0 && world.Now >= expires ? SettlementError.Time : SettlementError.None;
        return new Step(
            "settle", c.Key.Mint,
            [
                Ed25519Program.Verify(voucher.Encode(), new Ed25519Signature(c.Signer.Address, voucher.Sign(c.Signer))),
                ChannelInstructions.Settle(world.Program, c.Key, voucher, world.Config, 0),
            ],
            [], expected,
            () =>
            {
                world.Pay(c.Address, c.Key.Payee, c.Key.Mint, c.Fees, c.Settled, cumulative);
                c.Settled = cumulative;
            });
    }

    private Step TopUp(Open c)
    {
        ulong amount = world.Random.Next(4) == 0 ? 0 : world.AnyAmount(40);
        long expiry = world.Random.Next(3) == 0 ? c.Expiry + world.Random.Next(-3, 500) : 0;
        long until = expiry == 0 ? c.Expiry : expiry;
        SettlementError expected = c.ReclaimAt != 0 ? SettlementError.Closing
            : until < c.Expiry || until <= world.Now || until > world.Now + MaxTerm ? SettlementError.Time
            : SettlementError.None;
        return new Step(
            "top up", c.Key.Mint, [ChannelInstructions.TopUp(world.Program, c.Key, amount, expiry)],
            [world.Find(c.Key.Payer)], expected,
            () =>
            {
                world.Purse(c.Key.Mint).Move(c.Key.Payer, c.Address, amount);
                c.Deposit += amount;
                c.Expiry = until;
            });
    }

    private Step Ask(Open c) => new(
        "request close", c.Key.Mint, [ChannelInstructions.RequestClose(world.Program, c.Key)],
        [world.Find(c.Key.Payer)], c.ReclaimAt != 0 ? SettlementError.Closing : SettlementError.None,
        () => c.ReclaimAt = world.Now + c.Delay);

    private Step Reclaim(Open c)
    {
        bool due = (c.ReclaimAt != 0 && world.Now >= c.ReclaimAt) || world.Now >= c.Expiry + c.Delay;
        return new Step(
            "reclaim", c.Key.Mint, [ChannelInstructions.Reclaim(world.Program, c.Key)], [],
            due && IsOld(c) ? SettlementError.None : SettlementError.Time, () => End(c));
    }

    private Step Close(Open c) => new(
        "close", c.Key.Mint, [ChannelInstructions.Close(world.Program, c.Key)],
        [world.Find(c.Key.Payer), world.Find(c.Key.Payee)],
        IsOld(c) ? SettlementError.None : SettlementError.Time, () => End(c));

    private bool IsOld(Open c) => world.Slot > c.Key.OpenSlot + Window;

    private void End(Open c)
    {
        world.End(c.Address, c.Key.Payer, c.Key.Mint);
        _open.Remove(c);
    }

    private sealed class Open(ChannelKey key, Address address, SolanaKey signer, Fees fees, long delay)
    {
        public ChannelKey Key { get; } = key;

        public Address Address { get; } = address;

        public SolanaKey Signer { get; } = signer;

        public Fees Fees { get; } = fees;

        public long Delay { get; } = delay;

        public ulong Deposit { get; set; }

        public ulong Settled { get; set; }

        public long Expiry { get; set; }

        public long ReclaimAt { get; set; }
    }
}
