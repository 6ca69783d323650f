using Infernet.Solana.Keys;

namespace Infernet.Solana.Tests.Settlement.Histories;

/// <summary>The model's money: who has how much. Nothing appears, and nothing goes below zero.</summary>
internal sealed class Purses
{
    private readonly Dictionary<Address, ulong> _held = [];

    public IEnumerable<Address> Owners => _held.Keys;

    public ulong Total => _held.Values.Aggregate(0UL, (sum, v) => checked(sum + v));

    public ulong this[Address owner] => _held.GetValueOrDefault(owner);

    public void Found(Address owner, ulong amount) => _held[owner] = amount;

    public void Move(Address from, Address to, ulong amount)
    {
        _held[from] = checked(this[from] - amount);
        _held[to] = checked(this[to] + amount);
    }
}
