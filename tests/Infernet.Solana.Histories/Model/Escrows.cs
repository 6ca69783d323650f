using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Histories.Model;

/// <summary>The model of escrows; one of an earlier job may open again.</summary>
internal sealed class Escrows(World world) : IContracts
{
    private const int Most = 8;

    private readonly List<Held> _held = [];
    private EscrowKey? _ended;

    public Step Next() => (world.Random.Next(4), _held.Count) switch
    {
        (0, < Most) or (_, 0) => Authorise(),
        ( <= 2, _) => Release(Any()),
        _ => Refund(Any()),
    };

    public IEnumerable<Step> Drain(int round) => round == 0 ? _held.ToArray().Select(Refund) : [];

    private Held Any() => _held[world.Random.Next(_held.Count)];

    private Step Authorise()
    {
        bool again = _ended is not null && world.Random.Next(3) == 0;
        EscrowKey key = again ? _ended! : new EscrowKey(
            world.Anybody().Address, world.Anybody().Address, world.AnyMint(), world.AnyHash());
        SolanaKey payer = world.Find(key.Payer);
        ulong amount = world.AnyAmount(48);
        long expiry = world.Now + world.Random.Next(-3, 5000);
        Address address = key.Derive(world.Program).Address;
        SettlementError expected = amount == 0 ? SettlementError.Amount
            : expiry <= world.Now ? SettlementError.Time
            : _held.Any(h => h.Address == address) ? SettlementError.Exists : SettlementError.None;
        Gift gift = world.AnyGift();
        return new Step(
            "authorise escrow", key.Mint,
            world.Opening(address, key.Mint, gift, EscrowInstructions.Authorise(world.Program, key, amount, expiry)), [payer],
            expected,
            () =>
            {
                world.Open(payer.Address, address, key.Mint, gift, EscrowState.Length, amount);
                _held.Add(new Held(key, address, amount, expiry, world.Slot, Fees.Of(world.Config)));
            });
    }

    private Step Release(Held e)
    {
        ulong amount = world.Random.Next(10) == 0 ? 0 : (ulong)(world.Random.NextDouble() * e.Amount * 1.05) + 1;
        var attestation = new Attestation(
            world.Program, e.Address, world.AnyHash(), AttestationAction.Release, amount, e.Slot, 0);
        int signers = world.Random.Next(1, world.Config.Committee.Count + 1);
        SettlementError expected = world.Now >= e.Expiry ? SettlementError.Time
            : amount == 0 || amount > e.Amount ? SettlementError.Amount
            : signers < world.Config.Threshold ? SettlementError.Threshold
            : world.Slot <= e.Slot ? SettlementError.Time : SettlementError.None;
        return new Step(
            "release escrow", e.Key.Mint,
            [
                Attested.By(world, attestation, signers),
                EscrowInstructions.Release(world.Program, e.Key, attestation, world.Config, 0),
            ],
            [], expected,
            () =>
            {
                world.Pay(e.Address, e.Key.Payee, e.Key.Mint, e.Fees, 0, amount);
                End(e);
            });
    }

    private Step Refund(Held e) => new(
        "refund escrow", e.Key.Mint, [EscrowInstructions.Refund(world.Program, e.Key)], [],
        world.Now >= e.Expiry && world.Slot > e.Slot ? SettlementError.None : SettlementError.Time, () => End(e));

    private void End(Held e)
    {
        world.End(e.Address, e.Key.Payer, e.Key.Mint);
        _held.Remove(e);
        _ended = e.Key;
    }

    private sealed record Held(EscrowKey Key, Address Address, ulong Amount, long Expiry, ulong Slot, Fees Fees);
}
