using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>
/// A table of addresses on the chain, from which a version 0 message takes accounts by one byte each instead of 32.
/// Source: https://solana.com/docs/core/transactions, "Address lookup tables".
/// </summary>
public sealed class AddressTable
{
    /// <summary>An index has one byte.</summary>
    public const int MaxAddresses = 256;

    private readonly Dictionary<Address, byte> _indices = [];

    /// <param name="address">Where the table is.</param>
    /// <param name="addresses">What it holds, from the beginning.</param>
    public AddressTable(Address address, IReadOnlyList<Address> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(addresses.Count, MaxAddresses, nameof(addresses));
        Address = address;
        for (int i = 0; i < addresses.Count; i++)
        {
            _indices.TryAdd(addresses[i], (byte)i);
        }
    }

    public Address Address { get; }

    /// <summary>Where in the table an account is; the first place if there are several.</summary>
    public bool TryFind(Address account, out byte index) => _indices.TryGetValue(account, out index);
}
