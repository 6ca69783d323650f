using System.Text.Json.Nodes;
using Infernet.Solana.Histories.Chain;
using Infernet.Solana.Histories.Model;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Histories;

/// <summary>Makes the world of a history: a mint, people with money, offices, and the program's first configuration.</summary>
internal static class Founding
{
    private const ulong Wealth = 1UL << 60;
    private const ulong OfficeLamports = 1_000_000_000;

    public static async Task<World> FoundAsync(LocalLedger ledger, Random random, CancellationToken cancellation)
    {
        byte[] seed = new byte[32];
        random.NextBytes(seed);
        var mint = SolanaKey.FromSeed(seed);
        var world = new World(ledger.Program, ledger.Authority, random) { Mint = mint.Address, Now = LocalLedger.StartTime };
        world.Config = Configurations.Any(world, world.AnyMint()) with { ProtocolShare = 1000, PlatformShare = 500 };
        var batch = new Batch();
        Address blockhash = default;
        foreach (SolanaKey owner in world.People)
        {
            batch.Add("ledgerSetAccount", [Wealthy(owner.Address, Wealth)], _ => { });
        }

        foreach (SolanaKey office in world.Offices)
        {
            batch.Add("ledgerSetAccount", [Wealthy(office.Address, OfficeLamports)], _ => { });
        }

        batch.Add("getSlot", [], r => world.Slot = r.GetUInt64());
        batch.Add("getLatestBlockhash", [], r => blockhash = Address.Parse(
            r.GetProperty("value").GetProperty("blockhash").GetString()!));
        await ledger.SendAsync(batch, cancellation).ConfigureAwait(false);

        batch = new Batch();
        Send(batch, blockhash, MakeMint(world, mint), [world.Fee, mint]);
        foreach (SolanaKey owner in world.People.Concat(world.Offices))
        {
            Send(batch, blockhash, Equip(world, owner.Address, world.People.Contains(owner) ? Wealth : 0), [world.Fee]);
        }

        Send(batch, blockhash, [ConfigInstructions.Set(world.Program, world.Fee.Address, world.Config)], [world.Fee]);
        ulong left = 0;
        batch.Add("getBalance", [world.Fee.Address.ToString()], r => left = r.GetProperty("value").GetUInt64());
        await ledger.SendAsync(batch, cancellation).ConfigureAwait(false);
        world.Lamports.Found(world.Fee.Address, left);
        return world;
    }

    private static Instruction[] MakeMint(World world, SolanaKey mint) =>
    [
        SystemProgram.CreateAccount(
            world.Fee.Address, mint.Address, World.Rent(TokenProgram.MintLength), TokenProgram.MintLength,
            WellKnown.TokenProgram),
        TokenProgram.InitializeMint(mint.Address, World.Decimals, world.Fee.Address),
    ];

    private static Instruction[] Equip(World world, Address owner, ulong tokens)
    {
        world.Lamports.Found(owner, tokens > 0 ? Wealth : OfficeLamports);
        world.Tokens.Found(owner, tokens);
        Instruction account = AssociatedToken.CreateIdempotent(world.Fee.Address, owner, world.Mint);
        return tokens == 0
            ? [account]
            : [account, TokenProgram.MintTo(world.Mint, AssociatedToken.Find(owner, world.Mint), world.Fee.Address, tokens)];
    }

    private static void Send(Batch batch, Address blockhash, Instruction[] instructions, SolanaKey[] keys)
    {
        var transaction = Transaction.Sign(Message.Compile(keys[0].Address, blockhash, instructions), keys);
        var config = new JsonObject { ["encoding"] = "base64", ["skipPreflight"] = true };
        batch.Add("sendTransaction", [Convert.ToBase64String(transaction.Serialize()), config], _ => { });
        batch.Add("getTransaction", [transaction.Id], r =>
        {
            if (Outcome.Read(r) is { Error: { } error } failed)
            {
                throw new HistoryException($"the world was not made: {error}\n{failed.Logs}");
            }
        });
    }

    // In a text: a script's numbers are not as long.
    private static JsonObject Wealthy(Address address, ulong amount) => new()
    {
        ["address"] = address.ToString(),
        ["owner"] = WellKnown.SystemProgram.ToString(),
        ["amount"] = amount.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["data"] = "",
    };
}
