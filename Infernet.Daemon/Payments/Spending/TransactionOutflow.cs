using System.Buffers.Binary;
using Infernet.Core.Api;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Spending;

/// <summary>
/// Reads off a message itself what it takes from a wallet at most. What it does not know, it refuses: a wallet that
/// signs what it can't price is no guard.
/// </summary>
internal sealed class TransactionOutflow(Address wallet, Address program)
{
    /// <summary>Lamports for each signature, those that the precompile verifies included.</summary>
    public const ulong SignatureFee = 5_000;

    private const ulong RentOverhead = 128;
    private const ulong RentPerByte = 6_960;
    private const ulong MaxUnits = 1_400_000;
    private const ulong MicroLamports = 1_000_000;
    private const int CreateAccountLength = 52;
    private const byte InitializeAccount = 18;

    // Accounts of a top-up and of a stake in tokens; with fewer the program can only mean lamports.
    private const int TopUpInTokens = 7;
    private const int StakeInTokens = 8;

    /// <summary>What an account of this many bytes must hold to live for ever; no cluster asks for more.</summary>
    public static ulong Rent(int length) => (RentOverhead + (ulong)length) * RentPerByte;

    /// <summary>What the message takes from the wallet.</summary>
    /// <exception cref="PaymentException">It does something that can't be priced.</exception>
    public Outflow Of(Message message, OutflowScope scope)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Lookups.Count > 0)
        {
            throw NotSigned("takes accounts from tables, so what it does can't be read off it");
        }

        var outflow = new Outflow();
        foreach (CompiledInstruction instruction in message.Instructions)
        {
            AddInstruction(outflow, new View(message, instruction), scope);
        }

        if (message.Accounts[0] == wallet)
        {
            outflow.AddFee(Fee(message));
        }

        return outflow;
    }

    private void AddInstruction(Outflow outflow, View view, OutflowScope scope)
    {
        if (view.Program == program)
        {
            AddSettlement(outflow, view, scope);
        }
        else if (view.Program == WellKnown.AssociatedTokenProgram)
        {
            // Only "create unless it is there".
            view.Require(view.Data is [1]);
            if (view.Account(0) == wallet)
            {
                outflow.AddRent(Rent(TokenProgram.AccountLength));
            }
        }
        else if (view.Program == WellKnown.SystemProgram)
        {
            AddTokenAccount(outflow, view);
        }
        else if (view.Program == WellKnown.TokenProgram)
        {
            // Only "this new account is so-and-so's".
            view.Require(view.Data.Length == 1 + Address.Length && view.Data[0] == InitializeAccount);
        }
        else if (view.Program != WellKnown.ComputeBudgetProgram && view.Program != WellKnown.Ed25519Program
            && view.Program != WellKnown.MemoProgram)
        {
            throw NotSigned($"calls the program {view.Program}, which this node has no business with");
        }
    }

    // Only "make an account", and only one for tokens; what it is given is read off, whatever its rent would be.
    private void AddTokenAccount(Outflow outflow, View view)
    {
        if (view.Data.Length != CreateAccountLength || BinaryPrimitives.ReadUInt32LittleEndian(view.Data) != 0
            || view.UInt64At(12) != TokenProgram.AccountLength || view.AddressAt(20) != WellKnown.TokenProgram
            || view.Account(0) != wallet)
        {
            throw NotSigned($"calls the program {view.Program} for something else than a token account");
        }

        outflow.AddRent(view.UInt64At(4));
    }

    // The numbers are the program's, see programs/settlement/src/settlement.c; where it takes money, account 0 gives it.
    private void AddSettlement(Outflow outflow, View view, OutflowScope scope)
    {
        view.Require(view.Data.Length > 0);
        (int rent, Address mint, ulong amount) = view.Data[0] switch
        {
            1 => (ChannelState.Length, view.AddressAt(66), view.UInt64At(18)),
            2 => (0, MintOfTopUp(view, scope), view.UInt64At(1)),
            7 => (EscrowState.Length, view.AddressAt(50), view.UInt64At(34)),
            10 => (NodeState.Length, MintOfStake(view, scope), view.UInt64At(2)),
            14 => (LeaseState.Length, view.AddressAt(26), Product(view.UInt64At(10), view.UInt64At(18))),
            3 or 4 or 5 or 6 or 8 or 9 or 11 or 12 or 13 or 15 or 16 => default,
            byte other => throw NotSigned($"has the settlement program's instruction {other}, which no node sends"),
        };
        if ((amount > 0 || rent > 0) && view.Account(0) == wallet)
        {
            outflow.Add(mint, amount);
            outflow.AddRent(rent > 0 ? Rent(rent) : 0);
        }
    }

    private Address MintOfTopUp(View view, OutflowScope scope)
    {
        if (view.AccountCount < TopUpInTokens)
        {
            return default;
        }

        Address channel = view.Account(1);
        foreach (ChannelKey key in scope.Channels)
        {
            if (key.Derive(program).Address == channel)
            {
                return key.Mint;
            }
        }

        throw NotSigned($"adds to the channel {channel}, of which nobody says what it is in");
    }

    private static Address MintOfStake(View view, OutflowScope scope) => view.AccountCount < StakeInTokens
        ? default
        : scope.StakeMint ?? throw NotSigned("adds to a stake, and nobody says what stakes are in");

    private static ulong Fee(Message message)
    {
        ulong signatures = message.Header.Signers;
        ulong price = 0, limit = MaxUnits;
        foreach (CompiledInstruction instruction in message.Instructions)
        {
            var view = new View(message, instruction);
            if (view.Program == WellKnown.Ed25519Program)
            {
                view.Require(view.Data.Length > 0);
                signatures += view.Data[0];
            }
            else if (view.Program == WellKnown.ComputeBudgetProgram)
            {
                view.Require(view.Data is [2, _, _, _, _] or [3, _, _, _, _, _, _, _, _]);
                (price, limit) = view.Data[0] == 3
                    ? (Math.Max(price, view.UInt64At(1)), limit)
                    : (price, Math.Min(MaxUnits, BinaryPrimitives.ReadUInt32LittleEndian(view.Data[1..])));
            }
        }

        UInt128 priority = (((UInt128)price * limit) + MicroLamports - 1) / MicroLamports;
        UInt128 fee = priority + (signatures * SignatureFee);
        return fee > ulong.MaxValue ? ulong.MaxValue : (ulong)fee;
    }

    private static ulong Product(ulong left, ulong right)
    {
        UInt128 product = (UInt128)left * right;
        return product > ulong.MaxValue ? ulong.MaxValue : (ulong)product;
    }

    private static PaymentException NotSigned(string what) =>
        new(PaymentCodes.NotSigned, $"The wallet does not sign a transaction that {what}.");

    // One instruction with its accounts looked up.
    private readonly ref struct View(Message message, CompiledInstruction instruction)
    {
        private readonly ReadOnlySpan<byte> _accounts = instruction.Accounts.Span;

        public Address Program { get; } = message.Accounts[instruction.Program];

        public ReadOnlySpan<byte> Data { get; } = instruction.Data.Span;

        public int AccountCount => _accounts.Length;

        public Address Account(int index)
        {
            Require(index < _accounts.Length);
            return message.Accounts[_accounts[index]];
        }

        public Address AddressAt(int at)
        {
            Require(Data.Length >= at + Address.Length);
            return new Address(Data.Slice(at, Address.Length));
        }

        public ulong UInt64At(int at)
        {
            Require(Data.Length >= at + sizeof(ulong));
            return BinaryPrimitives.ReadUInt64LittleEndian(Data[at..]);
        }

        public void Require(bool holds)
        {
            if (!holds)
            {
                throw NotSigned($"has an instruction for {Program} that this program does not take");
            }
        }
    }
}
