using Infernet.Core.Api;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Tests.Payments.Spending;

[TestFixture]
public sealed class TransactionOutflowTests
{
    private const ulong Fee = TransactionOutflow.SignatureFee;
    private static readonly Address Wallet = Key(1).Address;
    private static readonly Address Program = Key(2).Address;
    private static readonly Address Other = Key(3).Address;
    private static readonly Address Mint = Key(4).Address;
    private static readonly SettlementConfig Config = new()
    {
        Treasury = Key(5).Address, Platform = Key(6).Address, Threshold = 2, Committee = [Key(7).Address],
    };

    private static readonly TransactionOutflow Reader = new(Wallet, Program);

    // A token account for somebody: what it is given counts, however much that is.
    [Test]
    public void Of_ATokenAccountThatIsMade_CountsWhatItIsGiven()
    {
        Outflow outflow = new TransactionOutflow(Wallet, Program).Of(
            Message.Compile(
                Wallet, default,
                [
                    SystemProgram.CreateAccount(Wallet, Other, 7_000_000, TokenProgram.AccountLength, WellKnown.TokenProgram),
                    TokenProgram.InitializeAccount(Other, Mint, Key(8).Address),
                ]),
            OutflowScope.Nothing);
        Assert.That(outflow.Of(default), Is.EqualTo(7_000_000 + outflow.Fee));
    }

    [Test]
    public void Open_InLamports_TakesDepositRentAndFee()
    {
        Outflow outflow = Of(ChannelInstructions.Open(Program, Channel(default), 1_000, 99));
        Assert.That(outflow.Of(default), Is.EqualTo(1_000 + TransactionOutflow.Rent(ChannelState.Length) + Fee));
        Assert.That((outflow.Fee, outflow.Rent), Is.EqualTo((Fee, TransactionOutflow.Rent(ChannelState.Length))));
    }

    [Test]
    public void Open_InTokens_TakesThemBesideRentAndFee()
    {
        Outflow outflow = Of(ChannelInstructions.Open(Program, Channel(Mint), 1_000, 99));
        Assert.That(outflow.Of(Mint), Is.EqualTo(1_000));
        Assert.That(outflow.Of(default), Is.EqualTo(TransactionOutflow.Rent(ChannelState.Length) + Fee));
    }

    [Test]
    public void TopUp_InLamports_TakesTheAmount() =>
        Assert.That(Of(ChannelInstructions.TopUp(Program, Channel(default), 700, 0)).Of(default), Is.EqualTo(700 + Fee));

    [Test]
    public void TopUp_InTokensWithItsKey_TakesTokens() => Assert.That(
        Of(
            new OutflowScope { Channels = [Channel(default), Channel(Mint)] },
            ChannelInstructions.TopUp(Program, Channel(Mint), 700, 0)).Of(Mint),
        Is.EqualTo(700));

    // With token accounts beside it, a channel in lamports takes lamports all the same; only the key tells.
    [Test]
    public void TopUp_OfLamportsWithTokenAccountsBeside_TakesLamports()
    {
        Instruction inTokens = ChannelInstructions.TopUp(Program, Channel(Mint), 700, 0);
        Address lamports = Channel(default).Derive(Program).Address;
        Instruction posing = inTokens with
        {
            Accounts = [inTokens.Accounts[0], AccountMeta.Writable(lamports), .. inTokens.Accounts.Skip(2)],
        };
        Assert.That(
            Of(new OutflowScope { Channels = [Channel(Mint), Channel(default)] }, posing).Of(default),
            Is.EqualTo(700 + Fee));
        IsRefused(posing, new OutflowScope { Channels = [Channel(Mint)] });
    }

    [Test]
    public void Escrow_Authorised_TakesTheAmount() => Assert.That(
        Of(EscrowInstructions.Authorise(Program, new EscrowKey(Wallet, Other, Mint, new byte[32]), 50, 99)).Of(Mint),
        Is.EqualTo(50));

    [Test]
    public void Lease_Created_TakesPriceTimesSeconds() => Assert.That(
        Of(LeaseInstructions.Create(Program, new LeaseKey(Wallet, Other, Mint, 1), 7, 60)).Of(Mint), Is.EqualTo(420));

    [Test]
    public void Lease_OfMoreThanThereIs_TakesEverything() => Assert.That(
        Of(LeaseInstructions.Create(Program, new LeaseKey(Wallet, Other, Mint, 1), ulong.MaxValue, 2)).Of(Mint),
        Is.EqualTo(ulong.MaxValue));

    [Test]
    public void Stake_InLamports_TakesTheAmount() => Assert.That(
        Of(StakeInstructions.Add(Program, Wallet, default, 5, new byte[32])).Of(default),
        Is.EqualTo(5 + TransactionOutflow.Rent(NodeState.Length) + Fee));

    [Test]
    public void Stake_InTokens_NeedsToBeToldWhichOnes()
    {
        Instruction stake = StakeInstructions.Add(Program, Wallet, Mint, 5, new byte[32]);
        Assert.That(Of(new OutflowScope { StakeMint = Mint }, stake).Of(Mint), Is.EqualTo(5));
        IsRefused(stake);
    }

    [Test]
    public void Settlement_OfAVoucher_TakesTheFeesOfBothSignatures()
    {
        var voucher = new Voucher(Channel(default).Derive(Program).Address, 5, 0);
        SolanaKey signer = Key(9);
        Outflow outflow = Of(
            Ed25519Program.Verify(voucher.Encode(), new Ed25519Signature(signer.Address, voucher.Sign(signer))),
            ChannelInstructions.Settle(Program, Channel(default), voucher, Config, 0));
        Assert.That(outflow.Of(default), Is.EqualTo(2 * Fee));
    }

    [Test]
    public void TokenAccount_Made_TakesItsRent() => Assert.That(
        Of(AssociatedToken.CreateIdempotent(Wallet, Other, Mint)).Rent,
        Is.EqualTo(TransactionOutflow.Rent(TokenProgram.AccountLength)));

    [Test]
    public void Priority_IsPartOfTheFee_RoundedUp()
    {
        Assert.That(
            Of(ComputeBudget.SetUnitLimit(1_001), ComputeBudget.SetUnitPrice(1_000)).Fee, Is.EqualTo(Fee + 2));
        Assert.That(Of(ComputeBudget.SetUnitPrice(1_000_000)).Fee, Is.EqualTo(Fee + 1_400_000), "without a limit");
        Assert.That(
            Of(ComputeBudget.SetUnitLimit(uint.MaxValue), ComputeBudget.SetUnitPrice(ulong.MaxValue)).Fee,
            Is.EqualTo(ulong.MaxValue), "the largest there is");
    }

    [Test]
    public void Fee_PaidBySomebodyElse_IsNotOurs()
    {
        Instruction close = ChannelInstructions.Close(
            Program, new ChannelKey(Other, Wallet, default, Key(9).Address, 1, 1));
        var message = Message.Compile(Other, default, [close]);
        Assert.That(Reader.Of(message, OutflowScope.Nothing).IsEmpty);
    }

    [Test]
    public void Deposit_ByUs_CountsThoughSomebodyElsePaysTheFee()
    {
        Instruction open = ChannelInstructions.Open(Program, Channel(default), 1_000, 99);
        Outflow outflow = Reader.Of(Message.Compile(Other, default, [open]), OutflowScope.Nothing);
        Assert.That(outflow.Of(default), Is.EqualTo(1_000 + TransactionOutflow.Rent(ChannelState.Length)));
    }

    [Test]
    public void Instructions_OfOtherPrograms_AreRefused()
    {
        IsRefused(SystemProgram.Transfer(Wallet, Other, 1));
        IsRefused(SystemProgram.CreateAccount(Wallet, Other, 1, 0, Program));
        IsRefused(SystemProgram.CreateAccount(Wallet, Other, 1, TokenProgram.AccountLength, Program));
        IsRefused(SystemProgram.CreateAccount(Wallet, Other, 1, 0, WellKnown.TokenProgram));
        IsRefused(SystemProgram.CreateAccount(Other, Wallet, 1, TokenProgram.AccountLength, WellKnown.TokenProgram));
        IsRefused(TokenProgram.CloseAccount(Key(8).Address, Other, Wallet));
        IsRefused(TokenProgram.MintTo(Mint, Key(8).Address, Wallet, 1));
        IsRefused(TokenProgram.TransferChecked(Key(8).Address, Mint, Other, Wallet, 1, 6));
        IsRefused(new Instruction(Key(10).Address, [AccountMeta.WritableSigner(Wallet)], new byte[] { 3 }));
        IsRefused(new Instruction(WellKnown.UpgradeableLoader, [], new byte[] { 3, 0, 0, 0 }));
    }

    [TestCase(new byte[] { })]
    [TestCase(new byte[] { 0 })]
    [TestCase(new byte[] { 17 })]
    [TestCase(new byte[] { 255 })]
    [TestCase(new byte[] { 1, 2, 3 })]
    [TestCase(new byte[] { 2 })]
    [TestCase(new byte[] { 14, 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    public void Settlement_OfUnknownData_IsRefused(byte[] data) =>
        IsRefused(new Instruction(Program, [AccountMeta.WritableSigner(Wallet)], data));

    [TestCase(new byte[] { 1, 0, 0, 0, 0 })]
    [TestCase(new byte[] { 3, 0, 0, 0, 0 })]
    [TestCase(new byte[] { })]
    public void Budget_OfUnknownForm_IsRefused(byte[] data) =>
        IsRefused(new Instruction(WellKnown.ComputeBudgetProgram, [], data));

    [Test]
    public void TokenAccount_MadeOtherwise_IsRefused() => IsRefused(
        AssociatedToken.CreateIdempotent(Wallet, Other, Mint) with { Data = new byte[] { 2 } });

    [Test]
    public void AccountsFromTables_AreRefused()
    {
        var message = Message.Compile(Wallet, default, [Memo.Create("hi")]) with
        {
            Lookups = [new AddressTableLookup(Other, new byte[] { 1 }, default)],
        };
        Refused(() => Reader.Of(message, OutflowScope.Nothing));
    }

    [Test]
    public void AnyInstructions_GiveAnOutflowOrARefusal()
    {
        var random = new Random(20261121);
        Address[] programs =
        [
            Program, WellKnown.SystemProgram, WellKnown.ComputeBudgetProgram, WellKnown.Ed25519Program,
            WellKnown.AssociatedTokenProgram, WellKnown.MemoProgram,
        ];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] data = new byte[random.Next(0, 100)];
            random.NextBytes(data);
            if (data.Length > 0 && random.Next(2) == 0)
            {
                data[0] = (byte)random.Next(18);
            }

            AccountMeta[] accounts =
            [
                .. Enumerable.Range(0, random.Next(0, 9)).Select(_ => AccountMeta.Writable(Key(random.Next(1, 9)).Address)),
            ];
            var message = Message.Compile(
                Wallet, default, [new Instruction(programs[random.Next(programs.Length)], accounts.Where(a =>
                    !programs.Contains(a.Address)).ToArray(), data)]);
            try
            {
                Assert.That(Reader.Of(message, OutflowScope.Nothing).Of(default), Is.GreaterThanOrEqualTo(Fee));
            }
            catch (PaymentException refused)
            {
                Assert.That(refused.Code, Is.EqualTo(PaymentCodes.NotSigned));
            }
        }
    }

    private static ChannelKey Channel(Address mint) => new(Wallet, Other, mint, Key(9).Address, 1, 1);

    private static SolanaKey Key(int number)
    {
        byte[] seed = new byte[32];
        seed[0] = (byte)number;
        return SolanaKey.FromSeed(seed);
    }

    private static Outflow Of(params IReadOnlyList<Instruction> instructions) =>
        Of(OutflowScope.Nothing, instructions);

    private static Outflow Of(OutflowScope scope, params IReadOnlyList<Instruction> instructions) =>
        Reader.Of(Message.Compile(Wallet, default, instructions), scope);

    private static void IsRefused(Instruction instruction, OutflowScope? scope = null) =>
        Refused(() => Of(scope ?? OutflowScope.Nothing, instruction));

    private static void Refused(Action act) => Assert.That(
        act, Throws.InstanceOf<PaymentException>().With.Property(nameof(PaymentException.Code)).EqualTo(PaymentCodes.NotSigned));
}
