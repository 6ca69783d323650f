using System.Buffers.Binary;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Histories.Model;

/// <summary>
/// Spoils a step that would be done: other accounts, fewer signatures, too much or too little data, somebody else's
/// voucher. The program must refuse it, or do exactly what the honest step does.
/// </summary>
internal sealed class Hostility(World world)
{
    /// <summary>Where the precompile's first entry says where the message begins.</summary>
    private const int MessageAt = 10;

    private readonly List<Step> _past = [];

    /// <summary>Remembers what was done once and must not be done again.</summary>
    public void Remember(Step done)
    {
        if (done.Name is "settle" or "slash" or "release escrow")
        {
            _past.Add(done);
        }
    }

    /// <summary>A signed payment or verdict that was carried out before, as anybody may send it again.</summary>
    public Step? Replay() => _past.Count == 0 ? null : _past[world.Random.Next(_past.Count)] with
    {
        Name = "replay",
        Signers = [],
    };

    public Step Spoil(Step honest)
    {
        Instruction last = honest.Instructions[^1];
        bool verified = honest.Instructions[0].Program == WellKnown.Ed25519Program;
        return world.Random.Next(verified ? 6 : 4) switch
        {
            0 or 1 => Replace(honest, last),
            2 => Unsign(honest, last),
            3 => With(honest, Resize(last)),
            4 => honest with { Instructions = [last] },
            _ => honest with { Instructions = [Foreign(honest.Instructions[0]), last] },
        };
    }

    private Step Replace(Step honest, Instruction last)
    {
        int at = world.Random.Next(last.Accounts.Count);
        AccountMeta account = last.Accounts[at];
        SolanaKey stranger = world.Anybody();
        Address other = account.IsSigner ? stranger.Address : AnyAddress(noContract: world.Contracts.ContainsKey(account.Address));
        Step spoilt = With(honest, last with
        {
            Accounts = [.. last.Accounts.Select((a, i) => i == at ? a with { Address = other } : a)],
        });
        return account.IsSigner ? spoilt with { Signers = [.. honest.Signers, stranger] } : spoilt;
    }

    private static Step Unsign(Step honest, Instruction last) => With(honest, last with
    {
        Accounts = [.. last.Accounts.Select(a => a with { IsSigner = false })],
    });

    private Instruction Resize(Instruction last)
    {
        byte[] data = last.Data.ToArray();
        return last with
        {
            Data = data.Length > 1 && world.Random.Next(2) == 0
                ? data[..world.Random.Next(1, data.Length)] : [.. data, (byte)world.Random.Next(256)],
        };
    }

    // The same bytes, or others, signed by whoever comes by.
    private Instruction Foreign(Instruction verified)
    {
        byte[] message = verified.Data[BinaryPrimitives.ReadUInt16LittleEndian(verified.Data.Span[MessageAt..])..].ToArray();
        message[world.Random.Next(message.Length)] ^= (byte)(1 << world.Random.Next(8));
        SolanaKey by = world.Anybody();
        return Ed25519Program.Verify(message, new Ed25519Signature(by.Address, by.Sign(message)));
    }

    // One contract in the place of another would be an honest step on that other one.
    private Address AnyAddress(bool noContract) => world.Random.Next(6) switch
    {
        0 => world.Anybody().Address,
        1 => world.Offices[world.Random.Next(world.Offices.Length)].Address,
        2 => AssociatedToken.Find(world.Anybody().Address, world.Mint),
        3 when !noContract && world.Contracts.Count > 0 => world.Contracts.Keys.ElementAt(world.Random.Next(world.Contracts.Count)),
        4 when world.Contracts.Count > 0 => World.VaultOf(
            world.Contracts.Keys.ElementAt(world.Random.Next(world.Contracts.Count)), world.Mint),
        5 => ConfigInstructions.Address(world.Program),
        _ => WellKnown.SystemProgram,
    };

    private static Step With(Step step, Instruction last) =>
        step with { Instructions = [.. step.Instructions.SkipLast(1), last] };
}
