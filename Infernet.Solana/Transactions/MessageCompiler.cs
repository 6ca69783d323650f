using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>
/// Turns instructions into a message: each account once, signers first, writable before read-only, and behind them those
/// that come from tables. Neither a signer nor a program that is called can come from a table.
/// </summary>
internal static class MessageCompiler
{
    public static Message Compile(
        MessageVersion version, Address feePayer, Address blockhash, IReadOnlyList<Instruction> instructions,
        IReadOnlyList<AddressTable> tables)
    {
        if (version == MessageVersion.Legacy && tables.Count > 0)
        {
            throw new TransactionFormatException("A legacy message takes no accounts from tables; version 0 does.");
        }

        if (instructions.Count > TransactionLimits.MaxInstructions)
        {
            throw TooMany("instructions", instructions.Count, TransactionLimits.MaxInstructions);
        }

        Dictionary<Address, AccountMeta> all = Collect(feePayer, instructions);
        if (all.Count > TransactionLimits.MaxAccounts)
        {
            throw TooMany("accounts", all.Count, TransactionLimits.MaxAccounts);
        }

        LoadedAccount[] loaded = Load(all, [.. instructions.Select(i => i.Program)], tables);
        AccountMeta[] accounts = Order(feePayer, all.Values.Except(loaded.Select(l => l.Meta)));
        int signers = accounts.Count(a => a.IsSigner);
        if (signers > TransactionLimits.MaxSigners)
        {
            throw TooMany("signers", signers, TransactionLimits.MaxSigners);
        }

        var indices = new Dictionary<Address, byte>();
        foreach (AccountMeta account in accounts.Concat(loaded.Select(l => l.Meta)))
        {
            indices.Add(account.Address, (byte)indices.Count);
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
            [.. loaded.GroupBy(l => l.Table.Address).OrderBy(g => g.Key.ToString(), AddressOrder.Instance).Select(Lookup)]);
    }

    private static CompiledInstruction Compile(Instruction instruction, Dictionary<Address, byte> indices) => new(
        indices[instruction.Program],
        instruction.Accounts.Select(a => indices[a.Address]).ToArray(),
        instruction.Data);

    // In the order in which the runtime appends them: writable before read-only, each by table.
    private static LoadedAccount[] Load(
        Dictionary<Address, AccountMeta> accounts, HashSet<Address> programs, IReadOnlyList<AddressTable> tables) =>
    [
        .. accounts.Values
            .Where(a => !a.IsSigner && !programs.Contains(a.Address))
            .Select(a => (Meta: a, Table: tables.FirstOrDefault(t => t.TryFind(a.Address, out _))))
            .Where(a => a.Table is not null)
            .Select(a => new LoadedAccount(a.Meta, a.Table!))
            .OrderByDescending(l => l.Meta.IsWritable)
            .ThenBy(l => l.Table.Address.ToString(), AddressOrder.Instance)
            .ThenBy(l => l.Meta.Address.ToString(), AddressOrder.Instance),
    ];

    private static AddressTableLookup Lookup(IGrouping<Address, LoadedAccount> of) => new(
        of.Key,
        of.Where(l => l.Meta.IsWritable).Select(l => l.Index).ToArray(),
        of.Where(l => !l.Meta.IsWritable).Select(l => l.Index).ToArray());

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

    private static AccountMeta[] Order(Address feePayer, IEnumerable<AccountMeta> accounts) =>
    [
        .. accounts
            .OrderByDescending(a => a.Address == feePayer)
            .ThenByDescending(a => a.IsSigner)
            .ThenByDescending(a => a.IsWritable)
            .ThenBy(a => a.Address.ToString(), AddressOrder.Instance),
    ];

    private static TransactionFormatException TooMany(string what, int count, int max) =>
        new($"A transaction of {count} {what} is too large: at most {max} are allowed.");

    private sealed record LoadedAccount(AccountMeta Meta, AddressTable Table)
    {
        public byte Index => Table.TryFind(Meta.Address, out byte index) ? index : throw new InvalidOperationException();
    }
}
