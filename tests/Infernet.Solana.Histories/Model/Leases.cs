using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Histories.Model;

/// <summary>The model of leases.</summary>
internal sealed class Leases(World world) : IContracts
{
    private const int Most = 8;

    private readonly List<Running> _running = [];
    private ulong _id;

    public Step Next() => (world.Random.Next(5), _running.Count) switch
    {
        (0, < Most) or (_, 0) => Create(),
        ( <= 3, _) => Release(Any()),
        _ => Cancel(Any(), world.Anybody()),
    };

    public IEnumerable<Step> Drain(int round) =>
        round == 0 ? _running.ToArray().Select(l => Cancel(l, world.Anybody())) : [];

    private Running Any() => _running[world.Random.Next(_running.Count)];

    private Step Create()
    {
        SolanaKey renter = world.Anybody();
        var key = new LeaseKey(renter.Address, world.Anybody().Address, world.AnyMint(), _id++);
        ulong price = world.AnyAmount(36), seconds = (ulong)world.Random.Next(0, 5000);
        Address address = key.Derive(world.Program).Address;
        SettlementError expected = seconds == 0 ? SettlementError.Time
            : price == 0 ? SettlementError.Amount : SettlementError.None;
        Gift gift = world.AnyGift();
        return new Step(
            "create lease", key.Mint,
            world.Opening(address, key.Mint, gift, LeaseInstructions.Create(world.Program, key, price, seconds)), [renter],
            expected,
            () =>
            {
                world.Open(renter.Address, address, key.Mint, gift, LeaseState.Length, price * seconds);
                _running.Add(new Running(key, address, price, seconds, world.Now, Fees.Of(world.Config)));
            });
    }

    private ulong Due(Running l) => l.Price * Math.Min((ulong)(world.Now - l.Start), l.Seconds);

    private Step Release(Running l) => new(
        "release lease", l.Key.Mint, [LeaseInstructions.Release(world.Program, l.Key, world.Config)], [],
        Due(l) > l.Released ? SettlementError.None : SettlementError.Amount,
        () =>
        {
            ulong due = Due(l);
            world.Pay(l.Address, l.Key.Provider, l.Key.Mint, l.Fees, l.Released, due);
            l.Released = due;
        });

    private Step Cancel(Running l, SolanaKey who) => new(
        "cancel lease", l.Key.Mint, [LeaseInstructions.Cancel(world.Program, l.Key, world.Config, who.Address)], [who],
        who.Address == l.Key.Renter || who.Address == l.Key.Provider || world.Now >= l.Start + (long)l.Seconds
            ? SettlementError.None : SettlementError.Signer,
        () =>
        {
            world.Pay(l.Address, l.Key.Provider, l.Key.Mint, l.Fees, l.Released, Due(l));
            world.End(l.Address, l.Key.Renter, l.Key.Mint);
            _running.Remove(l);
        });

    private sealed record Running(LeaseKey Key, Address Address, ulong Price, ulong Seconds, long Start, Fees Fees)
    {
        public ulong Released { get; set; }
    }
}
