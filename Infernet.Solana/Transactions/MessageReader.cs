using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>Parses a message of either version and checks what the chain's own sanitiser checks.</summary>
internal static class MessageReader
{
    public static Message Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > TransactionLimits.MaxTransactionLength)
        {
            throw new TransactionFormatException(
                $"{bytes.Length} bytes; at most {TransactionLimits.MaxTransactionLength} are allowed.");
        }

        var reader = new WireReader(bytes);
        MessageVersion version = ReadVersion(ref reader);
        var header = new MessageHeader(reader.Byte("signers"), reader.Byte("signers"), reader.Byte("accounts"));
        var accounts = new Address[reader.Count("accounts", Address.Length)];
        for (int i = 0; i < accounts.Length; i++)
        {
            accounts[i] = reader.Address("account");
        }

        Address blockhash = reader.Address("blockhash");
        var instructions = new CompiledInstruction[reader.Count("instructions", 3)];
        for (int i = 0; i < instructions.Length; i++)
        {
            instructions[i] = new CompiledInstruction(
                reader.Byte("program"), reader.Bytes("account indices"), reader.Bytes("instruction data"));
        }

        AddressTableLookup[] lookups = version == MessageVersion.V0 ? ReadLookups(ref reader) : [];
        var message = new Message(version, header, accounts, blockhash, instructions, lookups);
        Check(message, reader.Remaining);
        return message;
    }

    private static MessageVersion ReadVersion(ref WireReader reader)
    {
        if (reader.Peek() < Message.VersionFlag)
        {
            return MessageVersion.Legacy;
        }

        int version = reader.Byte("version") - Message.VersionFlag;
        return version == 0
            ? MessageVersion.V0
            : throw new TransactionFormatException($"Message version {version} is not known; legacy and 0 are.");
    }

    private static AddressTableLookup[] ReadLookups(ref WireReader reader)
    {
        var lookups = new AddressTableLookup[reader.Count("address tables", Address.Length + 2)];
        for (int i = 0; i < lookups.Length; i++)
        {
            lookups[i] = new AddressTableLookup(
                reader.Address("address table"), reader.Bytes("writable indices"), reader.Bytes("read-only indices"));
        }

        return lookups;
    }

    private static void Check(Message message, int trailing)
    {
        MessageHeader header = message.Header;
        int loaded = message.Lookups.Sum(l => l.WritableIndices.Length + l.ReadOnlyIndices.Length);
        int accounts = message.Accounts.Count;
        Require(trailing == 0, "Bytes follow the message.");
        Require(header.Signers > header.ReadOnlySigners, "The fee payer must be a writable signer.");
        Require(header.Signers + header.ReadOnlyOthers <= accounts, "The header counts more accounts than there are.");
        Require(accounts + loaded <= 256, "More than 256 accounts.");
        foreach (CompiledInstruction instruction in message.Instructions)
        {
            Require(
                instruction.Program != 0 && instruction.Program < accounts,
                "A program must be one of the message's own accounts, and not the fee payer.");
            foreach (byte index in instruction.Accounts.Span)
            {
                Require(index < accounts + loaded, "An instruction names an account that is not there.");
            }
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new TransactionFormatException(otherwise);
        }
    }
}
