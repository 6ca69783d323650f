using System.Buffers.Binary;
using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Whether a transaction is the one and only that this node signs for a channel's end: the payer's budget, this node's
/// best voucher settled, and the close. It is held byte for byte against what this node would put together itself, so
/// that nothing it does not know can be in it. Pure.
/// </summary>
internal static class CloseCheck
{
    private const byte UnitLimit = 2;
    private const byte UnitPrice = 3;

    /// <summary>The message to sign, or what is wrong with a transaction.</summary>
    /// <param name="bytes">As they came.</param>
    /// <param name="channel">With the best voucher, and what the chain has settled.</param>
    /// <param name="program">The settlement program.</param>
    /// <param name="config">Its configuration.</param>
    public static (Message? Message, string Problem) Read(
        ReadOnlySpan<byte> bytes, EarningChannelRecord channel, Address program, SettlementConfig config)
    {
        Transaction transaction;
        try
        {
            transaction = Transaction.Parse(bytes);
        }
        catch (TransactionFormatException broken)
        {
            return (null, $"the closing transaction is none: {broken.Message}");
        }

        Message message = transaction.Message;
        if (message.Lookups.Count > 0)
        {
            return (null, "the closing transaction takes accounts from tables; name all of them");
        }

        if (message.Accounts[0] != channel.Key.Payer)
        {
            return (null, $"the closing transaction's fee is paid by {message.Accounts[0]}, not by {channel.Key.Payer}");
        }

        if (!IsSignedByPayer(transaction, bytes))
        {
            return (null, $"the closing transaction is not signed by {channel.Key.Payer}");
        }

        return Budget(message) is { } budget && IsExpected(message, budget, channel, program, config)
            ? (message, "")
            : (null, "the closing transaction must be the budget (a limit, a price), "
                + (channel.Unsettled > 0
                    ? $"the settling of the voucher of {channel.Held} with its signature, and the close; nothing else"
                    : "and the close; nothing else"));
    }

    private static bool IsSignedByPayer(Transaction transaction, ReadOnlySpan<byte> bytes)
    {
        // The signatures come first: their number in one byte, as there are at most 12, then the fee payer's.
        ReadOnlySpan<byte> signature = bytes.Slice(1, Ed25519.SignatureLength);
        return Ed25519.Verify(transaction.Message.Accounts[0].Span, transaction.MessageBytes.Span, signature);
    }

    /// <summary>The budget's instructions, which come first: at most one limit, then at most one price.</summary>
    private static List<Instruction>? Budget(Message message)
    {
        var budget = new List<Instruction>();
        byte last = 0;
        foreach (CompiledInstruction compiled in message.Instructions)
        {
            if (message.Accounts[compiled.Program] != WellKnown.ComputeBudgetProgram)
            {
                break;
            }

            ReadOnlySpan<byte> data = compiled.Data.Span;
            Instruction? instruction = data switch
            {
                [UnitLimit, _, _, _, _] => ComputeBudget.SetUnitLimit(BinaryPrimitives.ReadUInt32LittleEndian(data[1..])),
                [UnitPrice, _, _, _, _, _, _, _, _] =>
                    ComputeBudget.SetUnitPrice(BinaryPrimitives.ReadUInt64LittleEndian(data[1..])),
                _ => null,
            };
            if (instruction is null || data[0] <= last)
            {
                return null;
            }

            last = data[0];
            budget.Add(instruction);
        }

        return budget;
    }

    private static bool IsExpected(
        Message message, List<Instruction> budget, EarningChannelRecord channel, Address program,
        SettlementConfig config)
    {
        List<Instruction> expected = [.. budget];
        if (channel.Unsettled > 0)
        {
            var voucher = new Voucher(
                channel.Key.Derive(program).Address, (ulong)channel.Held, channel.VoucherExpiry);
            expected.Add(Ed25519Program.Verify(
                voucher.Encode(), new Ed25519Signature(channel.Key.Signer, channel.Signature)));
            expected.Add(ChannelInstructions.Settle(program, channel.Key, voucher, config, (byte)budget.Count));
        }

        expected.Add(ChannelInstructions.Close(program, channel.Key));
        try
        {
            byte[] own = Message.Compile(channel.Key.Payer, message.Blockhash, expected, message.Version).Serialize();
            return own.AsSpan().SequenceEqual(message.Serialize());
        }
        catch (TransactionFormatException)
        {
            // A channel whose parties are programs, for example: there is no such transaction.
            return false;
        }
    }
}
