using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Spending;

/// <summary>
/// What leaves a wallet, at most: by mint (the default address for lamports), in the smallest unit. Fee and rents are
/// part of the lamports.
/// </summary>
internal sealed class Outflow
{
    private readonly Dictionary<Address, ulong> _amounts = [];

    /// <summary>Each mint of which something leaves.</summary>
    public IReadOnlyDictionary<Address, ulong> Amounts => _amounts;

    /// <summary>The fee, priority included; 0 if somebody else pays it.</summary>
    public ulong Fee { get; private set; }

    /// <summary>What the accounts that are made must hold; most of it comes back when they are closed.</summary>
    public ulong Rent { get; private set; }

    public bool IsEmpty => _amounts.Count == 0;

    /// <summary>How much of one mint leaves.</summary>
    public ulong Of(Address mint) => _amounts.GetValueOrDefault(mint);

    /// <summary>Whether nothing leaves that does not leave by the other as well.</summary>
    public bool IsWithin(Outflow other) => _amounts.All(a => a.Value <= other.Of(a.Key));

    public Outflow Add(Address mint, ulong amount)
    {
        if (amount > 0)
        {
            // More than there can be is as good as everything: no cap lets it pass.
            ulong before = Of(mint);
            _amounts[mint] = before > ulong.MaxValue - amount ? ulong.MaxValue : before + amount;
        }

        return this;
    }

    /// <summary>All that leaves by another one, too.</summary>
    public Outflow Add(Outflow other)
    {
        foreach ((Address mint, ulong amount) in other.Amounts)
        {
            Add(mint, amount);
        }

        (Fee, Rent) = (Fee + other.Fee, Rent + other.Rent);
        return this;
    }

    public void AddFee(ulong lamports)
    {
        Add(default, lamports);
        Fee += lamports;
    }

    public void AddRent(ulong lamports)
    {
        Add(default, lamports);
        Rent += lamports;
    }
}
