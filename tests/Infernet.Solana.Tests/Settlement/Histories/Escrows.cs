using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Solana.Tests.Settlement.Histories;

/// <summary>The model of escrows.</summary>
internal sealed class Escrows(World world)
{
    private readonly List<Held> _held = [];

    public Step? Next() => (world.Random.Next(3), _held.Count) switch
    {
        (0, < 6) or (_, 0) => Authorise(),
        (1, _) => Release(Any()),
        _ => Refund(Any()),
    };

    public IEnumerable<Step> Rest() => _held.ToArray().Select(Refund);

    private Held Any() => _held[world.Random.Next(_held.Count)];

    private Step Authorise()
    {
        SolanaKey payer = world.Anybody(), payee = world.Anybody();
        var key = new EscrowKey(payer.Address, payee.Address, world.Chain.Mint, world.Chain.NewHash());
        ulong amount = (ulong)world.Random.Next(1, 50_000);
        long expiry = world.Chain.Now + world.Random.Next(1, 5000);
        Address address = key.Derive(world.Chain.Program).Address;
        return new Step(
            "authorise",
            world.WithVault(address, EscrowInstructions.Authorise(world.Chain.Program, key, amount, expiry)), [payer],
            SettlementError.None,
            () =>
            {
                world.Purses.Move(payer.Address, address, amount + world.Rent(EscrowState.Length));
                _held.Add(new Held(key, address, amount, expiry, world.Slot));
            });
    }

    private Step Release(Held e)
    {
        ulong amount = (ulong)world.Random.Next(0, (int)e.Amount + 5);
        var attestation = new Attestation(
            world.Chain.Program, e.Address, new byte[32], AttestationAction.Release, amount, e.Slot, 0);
        SettlementError expected = world.Chain.Now >= e.Expiry ? SettlementError.Time
            : amount == 0 || amount > e.Amount ? SettlementError.Amount
            : world.Slot <= e.Slot ? SettlementError.Time : SettlementError.None;
        return new Step(
            "release",
            [
                SettlementChain.Attest(attestation, world.Chain.Committee[0], world.Chain.Committee[1]),
                EscrowInstructions.Release(world.Chain.Program, e.Key, attestation, world.Chain.Config, 0),
            ],
            [], expected,
            () =>
            {
                world.Pay(e.Address, e.Key.Payee, 0, amount);
                End(e);
            });
    }

    private Step Refund(Held e) => new(
        "refund", [EscrowInstructions.Refund(world.Chain.Program, e.Key)], [],
        world.Chain.Now >= e.Expiry && world.Slot > e.Slot ? SettlementError.None : SettlementError.Time, () => End(e));

    private void End(Held e)
    {
        world.Purses.Move(e.Address, e.Key.Payer, world.Purses[e.Address]);
        _held.Remove(e);
    }

    private sealed record Held(EscrowKey Key, Address Address, ulong Amount, long Expiry, ulong Slot);
}
