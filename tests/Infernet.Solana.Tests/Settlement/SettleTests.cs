using System.Buffers.Binary;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Settlement;

/// <summary>Vouchers: what the payee may draw, and every way to draw more.</summary>
[TestFixture(false)]
[TestFixture(true)]
public class SettleTests(bool tokens)
{
    // The precompile's data: a count, padding, and one entry of seven numbers; key, signature and message follow.
    private const int SignatureIndexAt = 4;
    private const int KeyIndexAt = 8;
    private const int MessageIndexAt = 14;

    private SettlementChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _chain = await SettlementChain.StartAsync(tokens);

    [OneTimeTearDown]
    public async Task StopAsync() => await _chain.DisposeAsync();

    [Test]
    public async Task Settle_Voucher_PaysEachItsShare()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        SolanaKey anybody = await _chain.NewPersonAsync();
        ulong payee = await _chain.BalanceAsync(channel.Payee.Address);
        ulong treasury = await _chain.BalanceAsync(_chain.Config.Treasury);
        ulong platform = await _chain.BalanceAsync(_chain.Config.Platform);
        ulong unburned = await UnburnedAsync();
        Outcome outcome = await _chain.RunAsync(channel.Settlement(channel.Voucher(100_000)), anybody);
        outcome.IsDone();
        Assert.That(await _chain.BalanceAsync(channel.Payee.Address) - payee, Is.EqualTo(85_000));
        Assert.That(await _chain.BalanceAsync(_chain.Config.Treasury) - treasury, Is.EqualTo(8_000));
        Assert.That(await _chain.BalanceAsync(_chain.Config.Platform) - platform, Is.EqualTo(5_000));
        Assert.That(unburned - await UnburnedAsync(), Is.EqualTo(2_000));
        Assert.That(outcome.Units, Is.LessThanOrEqualTo(tokens ? 8_000 : 1_000));
    }

    [Test]
    public async Task Settle_ChannelOfAnotherLength_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        AccountData account = (await _chain.Rpc.GetAccountAsync(channel.Address, default))!;
        byte[] longer = [.. account.Data.Span, .. new byte[8]];
        await _chain.Ledger.SetAccountAsync(channel.Address, account.Owner, account.Lamports + SettlementChain.Sol, longer);
        (await channel.SettleAsync(1000)).IsRefused(SettlementError.State);
    }

    [Test]
    public async Task Settle_ManySmallVouchers_CostTheFeesOfOneBigOne()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        ulong payee = await _chain.BalanceAsync(channel.Payee.Address);
        ulong treasury = await _chain.BalanceAsync(_chain.Config.Treasury);
        SolanaKey anybody = await _chain.NewPersonAsync();
        for (ulong cumulative = 7; cumulative <= 70; cumulative += 7)
        {
            (await _chain.RunAsync(channel.Settlement(channel.Voucher(cumulative)), anybody)).IsDone();
        }

        Split split = (await channel.StateAsync()).Terms.Divide(0, 70);
        Assert.That(await _chain.BalanceAsync(channel.Payee.Address) - payee, Is.EqualTo(split.Payee));
        Assert.That(await _chain.BalanceAsync(_chain.Config.Treasury) - treasury, Is.EqualTo(split.Treasury));
    }

    [Test]
    public async Task Settle_UnitByUnit_IsDoneEachTime()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        for (ulong cumulative = 1; cumulative <= 42; cumulative++)
        {
            (await channel.SettleAsync(cumulative)).IsDone();
        }
    }

    [Test]
    public async Task Settle_FeesChangeLater_LeavesTheChannelsTerms()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        SettlementConfig before = _chain.Config;
        await _chain.ConfigureAsync(before with { ProtocolShare = 9000 });
        try
        {
            ulong payee = await _chain.BalanceAsync(channel.Payee.Address);
            SolanaKey anybody = await _chain.NewPersonAsync();
            (await _chain.RunAsync(channel.Settlement(channel.Voucher(1000)), anybody)).IsDone();
            Assert.That(await _chain.BalanceAsync(channel.Payee.Address) - payee, Is.EqualTo(850));
        }
        finally
        {
            await _chain.ConfigureAsync(before);
        }
    }

    [Test]
    public async Task Settle_SameVoucherAgain_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await channel.SettleAsync(1000)).IsDone();
        (await channel.SettleAsync(1000)).IsRefused(SettlementError.Stale);
        (await channel.SettleAsync(999)).IsRefused(SettlementError.Stale);
    }

    [Test]
    public async Task Settle_MoreThanTheDeposit_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await channel.SettleAsync(TestChannel.Deposit + 1)).IsRefused(SettlementError.Deposit);
        (await channel.SettleAsync(TestChannel.Deposit)).IsDone();
    }

    [Test]
    public async Task Settle_ExpiredVoucher_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(channel.Settlement(channel.Voucher(5, _chain.Now)), channel.Payee))
            .IsRefused(SettlementError.Time);
        (await _chain.RunAsync(channel.Settlement(channel.Voucher(5, _chain.Now + 1)), channel.Payee)).IsDone();
    }

    [Test]
    public async Task Settle_SignedByAnotherKey_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(channel.Settlement(channel.Voucher(5), channel.Payee), channel.Payee))
            .IsRefused(SettlementError.VoucherKey);
    }

    [Test]
    public async Task Settle_AmountThatWasNotSigned_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Instruction signed = channel.Settlement(channel.Voucher(5))[0];
        (await _chain.RunAsync([signed, channel.Settlement(channel.Voucher(6))[1]], channel.Payee))
            .IsRefused(SettlementError.Voucher);
    }

    [Test]
    public async Task Settle_ExpiryThatWasNotSigned_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Instruction signed = channel.Settlement(channel.Voucher(5, _chain.Now - 1))[0];
        (await _chain.RunAsync([signed, channel.Settlement(channel.Voucher(5))[1]], channel.Payee))
            .IsRefused(SettlementError.Voucher);
    }

    [Test]
    public async Task Settle_VoucherOfAnotherChannel_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain), other = await TestChannel.OpenAsync(_chain);
        Instruction signed = other.Settlement(other.Voucher(5), channel.Signer)[0];
        (await _chain.RunAsync([signed, channel.Settlement(channel.Voucher(5))[1]], channel.Payee))
            .IsRefused(SettlementError.Voucher);
    }

    [Test]
    public async Task Settle_ReopenedChannel_DoesNotTakeTheOldVoucher()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Voucher old = channel.Voucher(5);
        await _chain.AdvanceAsync(0, slots: 151);
        (await channel.CloseAsync()).IsDone();
        (await channel.OpenAsync()).IsRefused(SettlementError.Time);

        // The same parties and salt give another address, since the slot is another.
        ChannelKey again = channel.Key with { OpenSlot = await _chain.Rpc.GetSlotAsync(default) };
        Address address = again.Derive(_chain.Program).Address;
        (await _chain.RunAsync(
            [
                .. _chain.VaultFor(channel.Payer.Address, address),
                ChannelInstructions.Open(_chain.Program, again, 1000, _chain.Now + 1000),
            ],
            channel.Payer)).IsDone();
        Instruction settle = ChannelInstructions.Settle(
            _chain.Program, again, old with { Channel = address }, _chain.Config, 0);
        (await _chain.RunAsync([channel.Settlement(old)[0], settle], channel.Payee)).IsRefused(SettlementError.Voucher);
    }

    [TestCase(SignatureIndexAt)]
    [TestCase(KeyIndexAt)]
    [TestCase(MessageIndexAt)]
    public async Task Settle_PrecompileLooksElsewhere_IsRefused(int indexAt)
    {
        // Everything is genuine but for where the precompile takes it from: instruction 0 by number, which might
        // as well have been another one. Only "this instruction" is proof that it saw what the program sees.
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Instruction[] instructions = channel.Settlement(channel.Voucher(5));
        byte[] data = instructions[0].Data.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(indexAt), 0);
        (await _chain.RunAsync([instructions[0].WithData(data), instructions[1]], channel.Payee))
            .IsRefused(SettlementError.Signature);
    }

    [Test]
    public async Task Settle_ForgedByAnotherInstructionsSignature_IsRefused()
    {
        // The thief's own message verifies, in the second instruction; the first shows the payer's key and a voucher.
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Voucher forged = channel.Voucher(TestChannel.Deposit);
        Instruction genuine = Ed25519Program.Verify(
            forged.Encode(), new Ed25519Signature(channel.Payee.Address, forged.Sign(channel.Payee)));
        byte[] data = Ed25519Program.Verify(
            forged.Encode(), new Ed25519Signature(channel.Signer.Address, new byte[64])).Data.ToArray();
        foreach (int at in (int[])[SignatureIndexAt, KeyIndexAt, MessageIndexAt])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(at), 1);
        }

        (await _chain.RunAsync(
            [genuine.WithData(data), genuine, channel.Settlement(forged)[1]], channel.Payee))
                .IsRefused(SettlementError.Signature);
    }

    [Test]
    public async Task Settle_WrongSignature_FailsInThePrecompile()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Instruction[] instructions = channel.Settlement(channel.Voucher(5));
        Outcome outcome = await _chain.RunAsync([instructions[0].WithByte(60, 9), instructions[1]], channel.Payee);
        outcome.IsFailed("\"InstructionError\":[0");
        Assert.That((await channel.StateAsync()).Settled, Is.Zero);
    }

    [Test]
    public async Task Settle_PrecompileOfNoSignatures_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Instruction[] instructions = channel.Settlement(channel.Voucher(5));
        (await _chain.RunAsync([instructions[0].WithData([0, 0]), instructions[1]], channel.Payee))
            .IsRefused(SettlementError.Signature);
    }

    [Test]
    public async Task Settle_MessageOfAnotherLength_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        byte[] longer = [.. channel.Voucher(5).Encode(), 0];
        (await _chain.RunAsync(
            [
                Ed25519Program.Verify(longer, new Ed25519Signature(channel.Signer.Address, channel.Signer.Sign(longer))),
                channel.Settlement(channel.Voucher(5))[1],
            ],
            channel.Payee)).IsRefused(SettlementError.Voucher);
    }

    [Test]
    public async Task Settle_NoSuchInstruction_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Instruction[] instructions = channel.Settlement(channel.Voucher(5));
        (await _chain.RunAsync([instructions[0], instructions[1].WithByte(17, 2)], channel.Payee))
            .IsRefused(SettlementError.Signature);
    }

    [Test]
    public async Task Settle_IndexIntoBytesOfTheSendersChoice_IsRefused()
    {
        // Past the sysvar's list of offsets lie the instructions themselves. This one's data holds an "offset", which
        // points right behind itself, to a precompile's instruction that nobody ran.
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Voucher forged = channel.Voucher(TestChannel.Deposit);
        byte[] precompile = Ed25519Program.Verify(
            forged.Encode(), new Ed25519Signature(channel.Signer.Address, new byte[64])).Data.ToArray();
        Instruction settle = ChannelInstructions.Settle(_chain.Program, channel.Key, forged, _chain.Config, 0);
        const int List = 6;
        int firstLength = 2 + (33 * settle.Accounts.Count) + 32 + 2 + settle.Data.Length;
        int dataAt = List + firstLength + 2 + 32 + 2;
        int offsetAt = dataAt + (dataAt % 2);
        byte[] data =
        [
            .. new byte[offsetAt - dataAt], .. BitConverter.GetBytes((ushort)(offsetAt + 2)),
            0, 0, .. WellKnown.Ed25519Program.ToArray(), .. BitConverter.GetBytes((ushort)precompile.Length), .. precompile,
        ];
        (await _chain.RunAsync(
            [
                settle.WithByte(17, (byte)((offsetAt - 2) / 2)),
                new Instruction(WellKnown.SystemProgram, [], data),
            ],
            channel.Payee)).IsRefused(SettlementError.Signature);
    }

    [Test]
    public async Task Settle_OtherProgramsInstruction_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Instruction[] instructions = channel.Settlement(channel.Voucher(5));
        (await _chain.RunAsync(
            [ComputeBudget.SetUnitLimit(100_000), instructions[1]], channel.Payee))
                .IsRefused(SettlementError.Signature);
    }

    [Test]
    public async Task Settle_OtherProgramsInstructionWithThePrecompilesData_IsRefused()
    {
        // Nobody has verified this signature: the data goes to another program, and has its turn only later.
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Voucher forged = channel.Voucher(TestChannel.Deposit);
        Instruction verified = Ed25519Program.Verify(
            forged.Encode(), new Ed25519Signature(channel.Signer.Address, new byte[64]));
        Outcome outcome = await _chain.RunAsync(
            [
                ChannelInstructions.Settle(_chain.Program, channel.Key, forged, _chain.Config, 1),
                verified with { Program = WellKnown.SystemProgram },
            ],
            channel.Payee);
        outcome.IsRefused(SettlementError.Signature);
    }

    [Test]
    public async Task Settle_ForgedSysvar_IsRefused()
    {
        // What the sysvar would hold, in an account of the thief's: a precompile that never ran.
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Voucher forged = channel.Voucher(TestChannel.Deposit);
        byte[] precompile = Ed25519Program.Verify(
            forged.Encode(), new Ed25519Signature(channel.Signer.Address, new byte[64])).Data.ToArray();
        byte[] sysvar =
        [
            1, 0, 4, 0, 0, 0, .. WellKnown.Ed25519Program.ToArray(),
            .. BitConverter.GetBytes((ushort)precompile.Length), .. precompile, 0, 0,
        ];
        Address fake = _chain.NewKey().Address;
        await _chain.Ledger.SetAccountAsync(fake, channel.Payee.Address, SettlementChain.Sol, sysvar);
        (await _chain.RunAsync([channel.Settlement(forged)[1].Replace(5, fake)], channel.Payee))
            .IsRefused(SettlementError.Signature);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Settle_ToSomebodyElse_IsRefused(int account)
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        SolanaKey thief = await _chain.NewPersonAsync();
        Instruction[] instructions = channel.Settlement(channel.Voucher(1000));
        Address pocket = tokens ? AssociatedToken.Find(thief.Address, _chain.Mint) : thief.Address;
        (await _chain.RunAsync([instructions[0], instructions[1].Replace(account, pocket)], thief))
            .IsRefused(tokens ? SettlementError.TokenAccount : SettlementError.Address);
    }

    [Test]
    public async Task Settle_OtherAccountAsConfiguration_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        Instruction[] instructions = channel.Settlement(channel.Voucher(1000));
        (await _chain.RunAsync([instructions[0], instructions[1].Replace(4, channel.Address)], channel.Payee))
            .IsRefused(SettlementError.State);
    }

    [Test]
    public async Task Settle_ForeignAccountAsChannel_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        byte[] data = (await _chain.Rpc.GetAccountAsync(channel.Address, default))!.Data.ToArray();
        Address fake = _chain.NewKey().Address;
        await _chain.Ledger.SetAccountAsync(fake, channel.Payee.Address, SettlementChain.Sol, data);
        (await _chain.RunAsync([channel.Settlement(channel.Voucher(5))[0], channel.Settlement(channel.Voucher(5))[1].Replace(0, fake)], channel.Payee))
            .IsRefused(SettlementError.State);
    }

    [Test]
    public async Task Settle_SinkThatIsNotTheOneNamed_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain), other = await TestChannel.OpenAsync(_chain);
        Instruction[] instructions = channel.Settlement(channel.Voucher(10_000));
        Address sink = tokens ? AssociatedToken.Find(other.Address, _chain.Mint) : channel.Payee.Address;
        (await _chain.RunAsync([instructions[0], instructions[1].Replace(6, sink)], channel.Payee))
            .IsRefused(SettlementError.Address);
    }

    [Test]
    public async Task Settle_LessThanAnEmptyPayeesRent_FailsAndLaterSucceedsWithMore()
    {
        if (tokens)
        {
            return;
        }

        SolanaKey payer = await _chain.NewPersonAsync(), payee = _chain.NewKey(), signer = _chain.NewKey();
        var key = new ChannelKey(payer.Address, payee.Address, default, signer.Address, 1, await _chain.Rpc.GetSlotAsync(default));
        Address address = key.Derive(_chain.Program).Address;
        (await _chain.RunAsync([ChannelInstructions.Open(_chain.Program, key, 5_000_000, _chain.Now + 1000)], payer))
            .IsDone();
        async Task<Outcome> SettleAsync(ulong cumulative)
        {
            var voucher = new Voucher(address, cumulative, 0);
            return await _chain.RunAsync(
                [
                    Ed25519Program.Verify(voucher.Encode(), new Ed25519Signature(signer.Address, voucher.Sign(signer))),
                    ChannelInstructions.Settle(_chain.Program, key, voucher, _chain.Config, 0),
                ],
                payer);
        }

        (await SettleAsync(500_000)).IsFailed("InsufficientFundsForRent");
        (await SettleAsync(2_000_000)).IsDone();
        Assert.That(await _chain.LamportsAsync(payee.Address), Is.EqualTo(1_700_000));
    }

    private Task<ulong> UnburnedAsync() => tokens ? _chain.MintSupplyAsync() : InvertedIncineratorAsync();

    private async Task<ulong> InvertedIncineratorAsync() =>
        ulong.MaxValue - await _chain.LamportsAsync(WellKnown.Incinerator);
}
