using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Histories.Model;

/// <summary>What people send to contracts that are open, without the program: it goes back with the rest.</summary>
internal sealed class Gifts(World world)
{
    /// <summary>A transfer to some contract; null if none is open.</summary>
    public Step? Next()
    {
        if (world.Contracts.Count == 0)
        {
            return null;
        }

        (Address contract, Address mint) = world.Contracts.ElementAt(world.Random.Next(world.Contracts.Count));
        SolanaKey giver = world.Anybody();
        ulong amount = world.AnyAmount(30) + 1;
        if (mint == default || world.Random.Next(2) == 0)
        {
            Address to = mint != default && world.Random.Next(2) == 0 ? World.VaultOf(contract, mint) : contract;
            return new Step(
                "gift", default, [SystemProgram.Transfer(giver.Address, to, amount)], [giver], SettlementError.None,
                () => world.Lamports.Move(giver.Address, to, amount));
        }

        return new Step(
            "gift", mint,
            [
                TokenProgram.TransferChecked(
                    AssociatedToken.Find(giver.Address, mint), mint, World.VaultOf(contract, mint), giver.Address, amount,
                    World.Decimals),
            ],
            [giver], SettlementError.None, () => world.Tokens.Move(giver.Address, contract, amount));
    }
}
