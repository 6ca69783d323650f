using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Tests.Settlement.Histories;

/// <summary>The model of leases.</summary>
internal sealed class Leases(World world)
{
    private readonly List<Running> _running = [];
    private ulong _id;

    public Step? Next() => (world.Random.Next(4), _running.Count) switch
    {
        (0, < 6) or (_, 0) => Create(),
        (1 or 2, _) => Release(Any()),
        _ => Cancel(Any(), world.Anybody()),
    };

    public IEnumerable<Step> Rest() => _running.ToArray().Select(l => Cancel(l, world.Anybody()));

    private Running Any() => _running[world.Random.Next(_running.Count)];

    private Step Create()
    {
        SolanaKey renter = world.Anybody(), provider = world.Anybody();
        var key = new LeaseKey(renter.Address, provider.Address, world.Chain.Mint, _id++);
        ulong price = (ulong)world.Random.Next(1, 100), seconds = (ulong)world.Random.Next(1, 5000);
        Address address = key.Derive(world.Chain.Program).Address;
        return new Step(
            "create lease",
            world.WithVault(address, LeaseInstructions.Create(world.Chain.Program, key, price, seconds)), [renter],
            SettlementError.None,
            () =>
            {
                world.Purses.Move(renter.Address, address, (price * seconds) + world.Rent(LeaseState.Length));
                _running.Add(new Running(key, address, price, seconds, world.Chain.Now));
            });
    }

    private ulong Due(Running l) => l.Price * Math.Min((ulong)(world.Chain.Now - l.Start), l.Seconds);

    private Step Release(Running l) => new(
        "release lease", [LeaseInstructions.Release(world.Chain.Program, l.Key, world.Chain.Config)], [],
        Due(l) > l.Released ? SettlementError.None : SettlementError.Amount,
        () =>
        {
            ulong due = Due(l);
            world.Pay(l.Address, l.Key.Provider, l.Released, due);
            l.Released = due;
        });

    private Step Cancel(Running l, SolanaKey who) => new(
        "cancel lease", [LeaseInstructions.Cancel(world.Chain.Program, l.Key, world.Chain.Config, who.Address)], [who],
        who.Address == l.Key.Renter || who.Address == l.Key.Provider || world.Chain.Now >= l.Start + (long)l.Seconds
            ? SettlementError.None : SettlementError.Signer,
        () =>
        {
            world.Pay(l.Address, l.Key.Provider, l.Released, Due(l));
            world.Purses.Move(l.Address, l.Key.Renter, world.Purses[l.Address]);
            _running.Remove(l);
        });

    private sealed record Running(LeaseKey Key, Address Address, ulong Price, ulong Seconds, long Start)
    {
        public ulong Released { get; set; }
    }
}
