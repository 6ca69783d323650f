using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>Turns instructions into a message: each account once, signers first, writable before read-only.</summary>
internal static class MessageCompiler
{
    public static Message Compile(
        MessageVersion version, Address feePayer, Address blockhash, IReadOnlyList<Instruction> instructions)
    {
        if (instructions.Count > TransactionLimits.MaxInstructions)
        {
            throw TooMany("instructions", instructions.Count, TransactionLimits.MaxInstructions);
        }

        AccountMeta[] accounts = Order(feePayer, Collect(feePayer, instructions));
        int signers = accounts.Count(a => a.IsSigner);
        if (accounts.Length > TransactionLimits.MaxAccounts)
        {
            throw TooMany("accounts", accounts.Length, TransactionLimits.MaxAccounts);
        }

        if (signers > TransactionLimits.MaxSigners)
        {
            throw TooMany("signers", signers, TransactionLimits.MaxSigners);
        }

        var indices = new Dictionary<Address, byte>();
        for (int i = 0; i < accounts.Length; i++)
        {
            indices.Add(accounts[i].Address, (byte)i);
        }

        return new Message(
            version,
            new MessageHeader(
                (byte)signers,
                (byte)accounts.Count(a => a is { IsSigner: true, IsWritable: false }),
                (byte)accounts.Count(a => a is { IsSigner: false, IsWritable: false })),
            [.. accounts.Select(a => a.Address)],
            blockhash,
            [.. instructions.Select(i => Compile(i, indices))],
            []);
    }

    private static CompiledInstruction Compile(Instruction instruction, Dictionary<Address, byte> indices) => new(
        indices[instruction.Program],
        instruction.Accounts.Select(a => indices[a.Address]).ToArray(),
        instruction.Data);

    // An account that several instructions name may do what any of them lets it.
    private static Dictionary<Address, AccountMeta> Collect(Address feePayer, IReadOnlyList<Instruction> instructions)
    {
        var accounts = new Dictionary<Address, AccountMeta> { [feePayer] = AccountMeta.WritableSigner(feePayer) };
        foreach (AccountMeta meta in instructions.SelectMany(i => i.Accounts))
        {
            AccountMeta known = accounts.GetValueOrDefault(meta.Address);
            accounts[meta.Address] = meta with
            {
                IsSigner = meta.IsSigner | known.IsSigner,
                IsWritable = meta.IsWritable | known.IsWritable,
            };
        }

        foreach (Address program in instructions.Select(i => i.Program))
        {
            if (!accounts.TryAdd(program, AccountMeta.ReadOnly(program)) && accounts[program].IsWritable)
            {
                // The runtime would demote it silently; a caller who asks for it has mixed something up.
                throw new TransactionFormatException(
                    $"{program} is called as a program and can't be writable or pay the fee.");
            }
        }

        return accounts;
    }

    private static AccountMeta[] Order(Address feePayer, Dictionary<Address, AccountMeta> accounts) =>
    [
        .. accounts.Values
            .OrderByDescending(a => a.Address == feePayer)
            .ThenByDescending(a => a.IsSigner)
            .ThenByDescending(a => a.IsWritable)
            .ThenBy(a => a.Address.ToString(), AddressOrder.Instance),
    ];

    private static TransactionFormatException TooMany(string what, int count, int max) =>
        new($"A transaction of {count} {what} is too large: at most {max} are allowed.");
}
