using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Solana.Tests.Settlement;

/// <summary>
/// Channels in the real runtime: what they do when everybody plays by the rules, and each rule broken.
/// </summary>
[TestFixture(false)]
[TestFixture(true)]
public class ChannelTests(bool tokens)
{
    private SettlementChain _chain = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _chain = await SettlementChain.StartAsync(tokens);

    [OneTimeTearDown]
    public async Task StopAsync() => await _chain.DisposeAsync();

    [Test]
    public async Task Open_Deposit_IsHeldUnderTheTermsOfTheDay()
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain);
        ulong before = await _chain.BalanceAsync(channel.Payer.Address);
        (await channel.OpenAsync()).IsDone();
        ChannelState state = await channel.StateAsync();
        Assert.That(state.Key, Is.EqualTo(channel.Key));
        Assert.That((state.Deposit, state.Settled, state.ReclaimAt), Is.EqualTo((TestChannel.Deposit, 0UL, 0L)));
        Assert.That(
            (state.Terms.Protocol, state.Terms.Platform, state.Terms.Burn),
            Is.EqualTo(((ushort)1000, (ushort)500, (ushort)2000)));
        if (tokens)
        {
            Assert.That(before - await _chain.BalanceAsync(channel.Payer.Address), Is.EqualTo(TestChannel.Deposit));
            Assert.That(state.Terms.Decimals, Is.EqualTo(6));
        }
        else
        {
            ulong rent = await _chain.Rpc.GetRentFloorAsync(ChannelState.Length, default);
            Assert.That(await _chain.LamportsAsync(channel.Address), Is.EqualTo(rent + TestChannel.Deposit));
        }
    }

    [Test]
    public async Task Open_LamportsWereSentToTheAddressBefore_Opens()
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain);
        (await _chain.RunAsync([SystemProgram.Transfer(channel.Payer.Address, channel.Address, 50_000_000)], channel.Payer)).IsDone();
        (await channel.OpenAsync()).IsDone();
        (await channel.SettleAsync(TestChannel.Deposit)).IsDone();
        if (!tokens)
        {
            // The gift paid no part of the deposit.
            Assert.That(await _chain.LamportsAsync(channel.Address), Is.EqualTo(50_000_000));
        }
    }

    [Test]
    public async Task Open_Again_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await channel.OpenAsync()).IsRefused(SettlementError.Exists);
    }

    [Test]
    public async Task Open_WithoutDeposit_IsRefused() =>
        (await (await TestChannel.PrepareAsync(_chain)).OpenAsync(deposit: 0)).IsRefused(SettlementError.Amount);

    [Test]
    public async Task Open_MoreThanThereIs_Fails() =>
        (await (await TestChannel.PrepareAsync(_chain)).OpenAsync(deposit: 90_000_000_000_000)).IsFailed("Custom");

    [Test]
    public async Task Open_DepositThatOverflows_IsRefused()
    {
        Outcome outcome = await (await TestChannel.PrepareAsync(_chain)).OpenAsync(deposit: ulong.MaxValue);
        if (tokens)
        {
            outcome.IsFailed("Custom");
        }
        else
        {
            outcome.IsRefused(SettlementError.Amount);
        }
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(3650L * 24 * 3600 + 1)]
    public async Task Open_ExpiryPastOrTooFar_IsRefused(long term) =>
        (await (await TestChannel.PrepareAsync(_chain)).OpenAsync(expiry: _chain.Now + term))
            .IsRefused(SettlementError.Time);

    [Test]
    public async Task Open_SlotToCome_IsRefused()
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain);
        ChannelKey later = channel.Key with { OpenSlot = channel.Key.OpenSlot + 1 };
        (await _chain.RunAsync(
            [
                .. _chain.VaultFor(channel.Payer.Address, later.Derive(_chain.Program).Address),
                ChannelInstructions.Open(_chain.Program, later, 5, _chain.Now + 1000),
            ],
            channel.Payer)).IsRefused(SettlementError.Time);
    }

    [Test]
    public async Task Open_SlotLongPast_IsRefused()
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain);
        await _chain.AdvanceAsync(0, slots: 151);
        (await channel.OpenAsync()).IsRefused(SettlementError.Time);
    }

    [Test]
    public async Task Open_LastSlotOfTheWindow_Opens()
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain);
        await _chain.AdvanceAsync(0, slots: 150);
        (await channel.OpenAsync()).IsDone();
    }

    [Test]
    public async Task Open_OtherAddress_IsRefused()
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain), other = await TestChannel.PrepareAsync(_chain);
        (await _chain.RunAsync(
            [
                .. _chain.VaultFor(channel.Payer.Address, other.Address),
                ChannelInstructions.Open(_chain.Program, channel.Key, 5, _chain.Now + 1000).Replace(1, other.Address),
            ],
            channel.Payer)).IsRefused(SettlementError.Address);
    }

    [Test]
    public async Task Open_BumpOnTheCurve_IsRefused()
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain);
        for (int bump = 255; ; bump--)
        {
            if (!ProgramAddress.TryCreate(
                _chain.Program,
                [
                    "channel"u8.ToArray(), channel.Key.Payer.ToArray(), channel.Key.Payee.ToArray(),
                    channel.Key.Mint.ToArray(), channel.Key.Signer.ToArray(),
                    (byte[])[.. BitConverter.GetBytes(channel.Key.Salt), .. BitConverter.GetBytes(channel.Key.OpenSlot)],
                    new byte[] { (byte)bump },
                ],
                out Address onCurve))
            {
                (await _chain.RunAsync(
                    [
                        ChannelInstructions.Open(_chain.Program, channel.Key, 5, _chain.Now + 1000)
                            .WithByte(1, (byte)bump).Replace(1, onCurve),
                    ],
                    channel.Payer)).IsRefused(SettlementError.Address);
                return;
            }

            if (bump == 0)
            {
                Assert.Fail("No bump lies on the curve, which one in 2^255 has.");
            }
        }
    }

    [Test]
    public async Task Open_PayerDoesNotSign_IsRefused()
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain);
        (await _chain.RunAsync(
            [
                .. _chain.VaultFor(channel.Payee.Address, channel.Address),
                ChannelInstructions.Open(_chain.Program, channel.Key, 5, _chain.Now + 1000).Unsigned(0),
            ],
            channel.Payee)).IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task Open_OtherAccountAsConfiguration_IsRefused()
    {
        TestChannel channel = await TestChannel.PrepareAsync(_chain), other = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(
            [
                .. _chain.VaultFor(channel.Payer.Address, channel.Address),
                ChannelInstructions.Open(_chain.Program, channel.Key, 5, _chain.Now + 1000).Replace(3, other.Address),
            ],
            channel.Payer)).IsRefused(SettlementError.State);
    }

    [Test]
    public async Task TopUp_MoreAndLonger_Counts()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, 500, _chain.Now + TestChannel.Term + 5)],
            channel.Payer)).IsDone();
        ChannelState state = await channel.StateAsync();
        Assert.That(
            (state.Deposit, state.Expiry),
            Is.EqualTo((TestChannel.Deposit + 500, _chain.Now + TestChannel.Term + 5)));
        (await channel.SettleAsync(TestChannel.Deposit + 500)).IsDone();
    }

    [Test]
    public async Task TopUp_TermAlone_MovesNoMoney()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        ulong before = await _chain.BalanceAsync(channel.Address);
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, 0, _chain.Now + TestChannel.Term + 5)],
            channel.Payer)).IsDone();
        Assert.That(await _chain.BalanceAsync(channel.Address), Is.EqualTo(before));
    }

    [Test]
    public async Task TopUp_ShorterTerm_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, 5, _chain.Now + TestChannel.Term - 1)],
            channel.Payer)).IsRefused(SettlementError.Time);
    }

    [Test]
    public async Task TopUp_TermTooLong_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        const long Longest = 3650L * 24 * 3600;
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, 5, _chain.Now + Longest + 1)],
            channel.Payer)).IsRefused(SettlementError.Time);
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, 5, _chain.Now + Longest)], channel.Payer)).IsDone();
    }

    [Test]
    public async Task TopUp_Overflow_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, ulong.MaxValue - 5, 0)],
            channel.Payer)).IsRefused(SettlementError.Amount);
    }

    [Test]
    public async Task TopUp_Expired_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        await _chain.AdvanceAsync(TestChannel.Term);
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, 5, 0)], channel.Payer))
                .IsRefused(SettlementError.Time);
    }

    [Test]
    public async Task TopUp_BySomebodyElse_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, 5, 0).Replace(0, channel.Payee.Address)],
            channel.Payee)).IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task TopUp_PayerDoesNotSign_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, 5, 0).Unsigned(0)],
            channel.Payee)).IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task TopUp_Closing_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await channel.RequestCloseAsync()).IsDone();
        (await _chain.RunAsync(
            [ChannelInstructions.TopUp(_chain.Program, channel.Key, 5, 0)], channel.Payer))
                .IsRefused(SettlementError.Closing);
    }

    [Test]
    public async Task Close_BothSign_GivesTheRestBack()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await channel.SettleAsync(300_000)).IsDone();
        await _chain.AdvanceAsync(0, slots: 151);
        ulong before = await _chain.BalanceAsync(channel.Payer.Address);
        ulong held = await _chain.LamportsAsync(channel.Address);
        (await channel.CloseAsync()).IsDone();
        Assert.That(await channel.ExistsAsync(), Is.False);
        ulong after = await _chain.BalanceAsync(channel.Payer.Address);
        Assert.That(after - before, Is.EqualTo(tokens ? 700_000 : held - 10_000));
    }

    [Test]
    public async Task Close_WithinTheOpenWindow_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        await _chain.AdvanceAsync(0, slots: 150);
        (await channel.CloseAsync()).IsRefused(SettlementError.Time);
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Close_OneDoesNotSign_IsRefused(int who)
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        await _chain.AdvanceAsync(0, slots: 151);
        (await _chain.RunAsync(
            [ChannelInstructions.Close(_chain.Program, channel.Key).Unsigned(who)],
            who == 1 ? channel.Payee : channel.Payer)).IsRefused(SettlementError.Signer);
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Close_SomebodyElseSigns_IsRefused(int who)
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        SolanaKey thief = await _chain.NewPersonAsync();
        await _chain.AdvanceAsync(0, slots: 151);
        (await _chain.RunAsync(
            [ChannelInstructions.Close(_chain.Program, channel.Key).Replace(who, thief.Address)],
            thief, who == 1 ? channel.Payee : channel.Payer)).IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task Reclaim_AfterTheDelay_GivesTheRestToThePayerWhoeverSendsIt()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        SolanaKey anybody = await _chain.NewPersonAsync();
        (await channel.RequestCloseAsync()).IsDone();
        await _chain.AdvanceAsync(3599, slots: 200);
        (await channel.ReclaimAsync(anybody)).IsRefused(SettlementError.Time);

        // The payee has had the whole delay, and has it still.
        (await channel.SettleAsync(400_000)).IsDone();
        await _chain.AdvanceAsync(1);
        ulong before = await _chain.BalanceAsync(channel.Payer.Address), held = await _chain.LamportsAsync(channel.Address);
        (await channel.ReclaimAsync(anybody)).IsDone();
        Assert.That(
            await _chain.BalanceAsync(channel.Payer.Address) - before, Is.EqualTo(tokens ? 600_000 : held));
        Assert.That(await channel.ExistsAsync(), Is.False);
    }

    [Test]
    public async Task Reclaim_AfterExpiryAndDelay_NeedsNoRequest()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        await _chain.AdvanceAsync(TestChannel.Term + 3599, slots: 200);
        (await channel.ReclaimAsync(channel.Payer)).IsRefused(SettlementError.Time);
        await _chain.AdvanceAsync(1);
        (await channel.ReclaimAsync(channel.Payer)).IsDone();
    }

    [Test]
    public async Task Reclaim_WithinTheOpenWindow_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        await _chain.AdvanceAsync(TestChannel.Term + 3600, slots: 10);
        (await channel.ReclaimAsync(channel.Payer)).IsRefused(SettlementError.Time);
    }

    [Test]
    public async Task Reclaim_ToSomebodyElse_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        SolanaKey thief = await _chain.NewPersonAsync();
        await _chain.AdvanceAsync(TestChannel.Term + 3600, slots: 200);
        (await _chain.RunAsync(
            [ChannelInstructions.Reclaim(_chain.Program, channel.Key).Replace(1, thief.Address)],
            thief)).IsRefused(SettlementError.Address);
    }

    [Test]
    public async Task RequestClose_Twice_DoesNotMoveTheTime()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await channel.RequestCloseAsync()).IsDone();
        (await channel.RequestCloseAsync()).IsRefused(SettlementError.Closing);
    }

    [Test]
    public async Task RequestClose_ByThePayee_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(
            [ChannelInstructions.RequestClose(_chain.Program, channel.Key).Replace(1, channel.Payee.Address)],
            channel.Payee)).IsRefused(SettlementError.Signer);
    }

    [Test]
    public async Task RequestClose_PayerDoesNotSign_IsRefused()
    {
        TestChannel channel = await TestChannel.OpenAsync(_chain);
        (await _chain.RunAsync(
            [ChannelInstructions.RequestClose(_chain.Program, channel.Key).Unsigned(1)],
            channel.Payee)).IsRefused(SettlementError.Signer);
    }
}
