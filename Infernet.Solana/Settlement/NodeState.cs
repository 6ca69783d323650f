using Infernet.Solana.Keys;

namespace Infernet.Solana.Settlement;

/// <summary>A registered node and its stake as the chain holds them.</summary>
/// <param name="Owner">Who staked.</param>
/// <param name="Mint">What the stake is in; the default address for lamports.</param>
/// <param name="Vault">The token account of the stake; the default address for lamports.</param>
/// <param name="Peer">SHA-256 of the libp2p peer id.</param>
/// <param name="Staked">What counts for the tier.</param>
/// <param name="Pending">What is cooling down, and can still be slashed.</param>
/// <param name="Slashed">What was lost so far.</param>
/// <param name="RegisteredSlot">Part of what the committee signs.</param>
/// <param name="Slashes">How often it was slashed.</param>
/// <param name="Tier">0 (below the lowest) to 4.</param>
/// <param name="UnlockAt">Unix seconds; when what is pending may go.</param>
public sealed record NodeState(
    Address Owner, Address Mint, Address Vault, ReadOnlyMemory<byte> Peer, ulong Staked, ulong Pending, ulong Slashed,
    ulong RegisteredSlot, ulong Slashes, ulong Tier, long UnlockAt)
{
    public const int Length = 200;
    internal const ulong Tag = 4;

    /// <summary>Reads an account's data; false if it is no node.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out NodeState state)
    {
        state = null!;
        var reader = new StateReader(data);
        if (!reader.Is(Tag, Length))
        {
            return false;
        }

        state = new NodeState(
            reader.Address(), reader.Address(), reader.Address(), reader.Hash(), reader.UInt64(), reader.UInt64(),
            reader.UInt64(), reader.UInt64(), reader.UInt64(), reader.UInt64(), reader.Int64());
        return true;
    }

    /// <summary>The address of an owner's node and its bump under a settlement program.</summary>
    public static (Address Address, byte Bump) Derive(Address program, Address owner) =>
        ProgramAddress.Find(program, "node"u8.ToArray(), owner.ToArray());
}
