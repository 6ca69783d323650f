using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Histories.Model;

/// <summary>
/// What everybody has according to the model, and the rules that all contracts share. Written from docs/MONEY.md and
/// apart from the product's own sums, so that both can't be wrong in the same way.
/// </summary>
internal sealed class World(Address program, SolanaKey fee, Random random)
{
    public const byte Decimals = 6;

    private const ulong LamportsPerByte = 6960;
    private const int AccountOverhead = 128;

    /// <summary>Where the model puts what is burned, and what the cluster takes as fees.</summary>
    public static Address Fire { get; } = Address.Parse("1nc1nerator11111111111111111111111111111111");

    public Address Program => program;

    public Random Random => random;

    /// <summary>Pays all fees, makes all vaults, and may configure the program.</summary>
    public SolanaKey Fee => fee;

    public SolanaKey[] People { get; } = Make(6, random);

    /// <summary>Accounts that may become treasury or platform.</summary>
    public SolanaKey[] Offices { get; } = Make(4, random);

    public SolanaKey[] Committee { get; } = Make(3, random);

    public Address Mint { get; init; }

    public SettlementConfig Config { get; set; } = null!;

    public Purses Lamports { get; } = new();

    public Purses Tokens { get; } = new();

    /// <summary>Contracts that are open, and what they are in.</summary>
    public Dictionary<Address, Address> Contracts { get; } = [];

    public long Now { get; set; }

    public ulong Slot { get; set; }

    public SolanaKey Anybody() => People[random.Next(People.Length)];

    public SolanaKey Find(Address address) => People.Single(p => p.Address == address);

    /// <summary>An asset: lamports, or the token.</summary>
    public Address AnyMint() => random.Next(2) == 0 ? default : Mint;

    /// <summary>An amount of any magnitude, so that small and huge ones meet.</summary>
    public ulong AnyAmount(int bits) => (ulong)random.NextInt64() & ((1UL << random.Next(1, bits + 1)) - 1);

    public byte[] AnyHash()
    {
        byte[] hash = new byte[32];
        random.NextBytes(hash);
        return hash;
    }

    public Gift AnyGift() =>
        new(random.Next(4) == 0 ? AnyAmount(24) : 0, random.Next(4) == 0 ? AnyAmount(24) : 0);

    public Purses Purse(Address mint) => mint == default ? Lamports : Tokens;

    public static ulong Rent(int length) => (ulong)(AccountOverhead + length) * LamportsPerByte;

    public static Address VaultOf(Address contract, Address mint) => AssociatedToken.Find(contract, mint);

    /// <summary>
    /// The instruction that opens a contract, behind those that make its token account; somebody may have sent lamports
    /// to the addresses before.
    /// </summary>
    public Instruction[] Opening(Address contract, Address mint, Gift gift, Instruction instruction)
    {
        var all = new List<Instruction>();
        if (gift.ToContract > 0)
        {
            all.Add(SystemProgram.Transfer(fee.Address, contract, gift.ToContract));
        }

        if (mint != default)
        {
            if (gift.ToVault > 0)
            {
                all.Add(SystemProgram.Transfer(fee.Address, VaultOf(contract, mint), gift.ToVault));
            }

            all.Add(AssociatedToken.CreateIdempotent(fee.Address, contract, mint));
        }

        return [.. all, instruction];
    }

    /// <summary>The payer's money goes into a new contract; what others sent to its address counts for the rent.</summary>
    public void Open(Address payer, Address contract, Address mint, Gift gift, int length, ulong amount)
    {
        Fill(fee.Address, payer, contract, gift.ToContract, Rent(length));
        if (mint != default)
        {
            Fill(fee.Address, fee.Address, VaultOf(contract, mint), gift.ToVault, Rent(TokenProgram.AccountLength));
        }

        Purse(mint).Move(payer, contract, amount);
        Contracts.Add(contract, mint);
    }

    /// <summary>Everything that is left in the contract goes back.</summary>
    public void End(Address contract, Address owner, Address mint)
    {
        Contracts.Remove(contract);
        if (mint != default)
        {
            Tokens.Move(contract, owner, Tokens[contract]);
            Address vault = VaultOf(contract, mint);
            Lamports.Move(vault, owner, Lamports[vault]);
        }

        Lamports.Move(contract, owner, Lamports[contract]);
    }

    /// <summary>Divides what raises a contract's total: fees are those of the totals, rounded down.</summary>
    public void Pay(Address contract, Address payee, Address mint, Fees fees, ulong before, ulong total)
    {
        ulong protocol = fees.Protocol(total) - fees.Protocol(before);
        ulong platform = fees.Platform(total) - fees.Platform(before);
        ulong burned = fees.Burned(total) - fees.Burned(before);
        Purses purse = Purse(mint);
        purse.Move(contract, payee, checked(total - before - protocol - platform));
        purse.Move(contract, Config.Treasury, protocol - burned);
        purse.Move(contract, Config.Platform, platform);
        purse.Move(contract, Fire, burned);
    }

    private void Fill(Address giver, Address payer, Address account, ulong gift, ulong rent)
    {
        Lamports.Move(giver, account, gift);
        Lamports.Move(payer, account, rent - Math.Min(Lamports[account], rent));
    }

    private static SolanaKey[] Make(int count, Random random) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            byte[] seed = new byte[32];
            random.NextBytes(seed);
            return SolanaKey.FromSeed(seed);
        }),
    ];
}
