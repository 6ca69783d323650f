using Infernet.Solana.Keys;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Settlement.Histories;

/// <summary>What all parts of the model share: time, people, money, and how a payment is divided.</summary>
internal sealed class World(SettlementChain chain, Random random, SolanaKey[] people)
{
    /// <summary>Where the model puts what is burned.</summary>
    public static Address Fire { get; } = Address.Parse("1nc1nerator11111111111111111111111111111111");

    public SettlementChain Chain { get; } = chain;

    public Random Random { get; } = random;

    public SolanaKey[] People { get; } = people;

    public Purses Purses { get; } = new();

    public ulong Slot { get; set; }

    /// <summary>The token's supply in the beginning; what is burned is missing from it later.</summary>
    public ulong Supply { get; init; }

    public SolanaKey Fee => Chain.Ledger.Authority;

    public async Task<ulong> BurnedAsync() => Chain.Mint == default
        ? await Chain.LamportsAsync(Fire)
        : Supply - await Chain.MintSupplyAsync();

    public SolanaKey Anybody() => People[Random.Next(People.Length)];

    public SolanaKey Find(Address address) => People.Single(p => p.Address == address);

    /// <summary>What an account of the program costs in the unit that is counted here.</summary>
    public ulong Rent(int length) => Chain.Mint == default ? RentFloor(length) : 0;

    public static ulong RentFloor(int length) => (128 + (ulong)length) * 6960;

    /// <summary>
    /// 15 % fees, of the protocol's 10 % a fifth burned; written down apart from the product's own sums.
    /// </summary>
    public void Pay(Address contract, Address payee, ulong before, ulong total)
    {
        ulong Protocol(ulong v) => (ulong)((UInt128)v * 1000 / 10_000);
        ulong Platform(ulong v) => (ulong)((UInt128)v * 500 / 10_000);
        ulong Burned(ulong v) => (ulong)((UInt128)Protocol(v) * 2000 / 10_000);
        ulong burned = Burned(total) - Burned(before);
        ulong protocolShare = Protocol(total) - Protocol(before), platformShare = Platform(total) - Platform(before);
        Purses.Move(contract, Fire, burned);
        Purses.Move(contract, Chain.Config.Treasury, protocolShare - burned);
        Purses.Move(contract, Chain.Config.Platform, platformShare);
        Purses.Move(contract, payee, total - before - protocolShare - platformShare);
    }

    public Instruction[] WithVault(Address contract, Instruction instruction) =>
        [.. Chain.VaultFor(Fee.Address, contract), instruction];
}
