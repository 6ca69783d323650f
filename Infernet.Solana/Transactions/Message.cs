using Infernet.Core.Identity;
using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>
/// What the signers of a transaction sign. Immutable; <see cref="Serialize"/> gives the bytes.
/// Source: https://solana.com/docs/core/transactions, "Message".
/// </summary>
public sealed record Message(
    MessageVersion Version,
    MessageHeader Header,
    IReadOnlyList<Address> Accounts,
    Address Blockhash,
    IReadOnlyList<CompiledInstruction> Instructions,
    IReadOnlyList<AddressTableLookup> Lookups)
{
    internal const byte VersionFlag = 0x80;

    /// <summary>Bytes of the whole transaction, with all its signatures.</summary>
    public int TransactionLength => 1 + (Header.Signers * Ed25519.SignatureLength) + Serialize().Length;

    /// <summary>
    /// The message of these instructions, with its accounts in the order that other clients give them; from tables come
    /// those that are in one and may, from the first that has them.
    /// </summary>
    /// <exception cref="TransactionFormatException">They are too many, or contradict each other.</exception>
    public static Message Compile(
        Address feePayer,
        Address blockhash,
        IReadOnlyList<Instruction> instructions,
        MessageVersion version = MessageVersion.V0,
        IReadOnlyList<AddressTable>? tables = null)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        return MessageCompiler.Compile(version, feePayer, blockhash, instructions, tables ?? []);
    }

    public byte[] Serialize()
    {
        var to = new List<byte>(TransactionLimits.MaxTransactionLength);
        if (Version == MessageVersion.V0)
        {
            to.Add(VersionFlag);
        }

        to.AddRange([Header.Signers, Header.ReadOnlySigners, Header.ReadOnlyOthers]);
        CompactU16.Write(to, Accounts.Count);
        foreach (Address account in Accounts)
        {
            to.AddRange(account.Span);
        }

        to.AddRange(Blockhash.Span);
        CompactU16.Write(to, Instructions.Count);
        foreach (CompiledInstruction instruction in Instructions)
        {
            to.Add(instruction.Program);
            WriteBytes(to, instruction.Accounts);
            WriteBytes(to, instruction.Data);
        }

        if (Version == MessageVersion.V0)
        {
            WriteLookups(to);
        }

        return [.. to];
    }

    private void WriteLookups(List<byte> to)
    {
        CompactU16.Write(to, Lookups.Count);
        foreach (AddressTableLookup lookup in Lookups)
        {
            to.AddRange(lookup.Table.Span);
            WriteBytes(to, lookup.WritableIndices);
            WriteBytes(to, lookup.ReadOnlyIndices);
        }
    }

    private static void WriteBytes(List<byte> to, ReadOnlyMemory<byte> bytes)
    {
        CompactU16.Write(to, bytes.Length);
        to.AddRange(bytes.Span);
    }
}
