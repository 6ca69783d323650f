using Infernet.Solana.Keys;

namespace Infernet.Solana.Histories.Model;

/// <summary>Who has how much of one asset. Nothing is made or lost once everybody has been founded.</summary>
internal sealed class Purses
{
    private readonly Dictionary<Address, ulong> _amounts = [];

    public IEnumerable<Address> Owners => _amounts.Keys;

    public UInt128 Total => _amounts.Values.Aggregate((UInt128)0, (sum, amount) => sum + amount);

    public ulong this[Address owner] => _amounts.GetValueOrDefault(owner);

    public void Found(Address owner, ulong amount) => _amounts.Add(owner, amount);

    public void Move(Address from, Address to, ulong amount)
    {
        if (amount > this[from])
        {
            throw new InvalidOperationException($"The model would take {amount} of {this[from]} from {from}.");
        }

        _amounts[from] = this[from] - amount;
        _amounts[to] = checked(this[to] + amount);
    }
}
