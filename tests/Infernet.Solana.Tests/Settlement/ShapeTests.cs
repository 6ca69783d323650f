using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Settlement;

/// <summary>Every instruction with accounts left out, and with data too short or too long.</summary>
[TestFixture(false)]
[TestFixture(true)]
public class ShapeTests(bool tokens)
{
    private SettlementChain _chain = null!;
    private Dictionary<string, Sample> _samples = [];

    private static readonly string[] Names =
    [
        "open", "top up", "settle", "close", "request close", "reclaim", "authorise", "release escrow", "refund", "stake",
        "unstake", "withdraw", "slash", "create lease", "release lease", "cancel lease",
    ];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _chain = await SettlementChain.StartAsync(tokens);
        _samples = await SamplesAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _chain.DisposeAsync();

    [TestCaseSource(nameof(Names))]
    public async Task Any_WholeInstruction_Succeeds(string name)
    {
        // The others would prove nothing if the instruction that they cut failed anyway.
        Sample sample = _samples[name];
        SimulationResult result = await TryAsync(sample, sample.Instruction);
        Assert.That(result.Error, Is.Null, string.Join('\n', result.Logs));
    }

    [TestCaseSource(nameof(Names))]
    public async Task Any_AccountLeftOut_IsRefused(string name)
    {
        Sample sample = _samples[name];
        for (int count = 0; count < sample.Instruction.Accounts.Count; count++)
        {
            await RefusedAsync(sample, sample.Instruction.WithAccounts(count), SettlementError.Accounts);
        }
    }

    [TestCaseSource(nameof(Names))]
    public async Task Any_DataOfAnotherLength_IsRefused(string name)
    {
        Sample sample = _samples[name];
        byte[] data = sample.Instruction.Data.ToArray();

        // What follows the number of an instruction without data is not read.
        foreach (byte[] other in data.Length == 1 ? [] : (byte[][])[data[..^1], [.. data, 0]])
        {
            await RefusedAsync(sample, sample.Instruction.WithData(other), SettlementError.Data);
        }
    }

    [TestCase("top up", 1)]
    [TestCase("close", 0)]
    [TestCase("request close", 0)]
    [TestCase("reclaim", 0)]
    [TestCase("refund", 0)]
    [TestCase("stake", 2)]
    [TestCase("unstake", 1)]
    [TestCase("unstake", 2)]
    [TestCase("withdraw", 0)]
    public Task Any_StateOfAnotherKind_IsRefused(string name, int stateAt)
    {
        Sample sample = _samples[name];
        Address other = sample.Instruction.Accounts[stateAt].IsWritable
            ? ConfigInstructions.Address(_chain.Program)
            : _samples["withdraw"].Instruction.Accounts[0].Address;
        return RefusedAsync(sample, sample.Instruction.Replace(stateAt, other), SettlementError.State);
    }

    [TestCase("refund", 0, "withdraw")]
    [TestCase("release escrow", 0, "withdraw")]
    [TestCase("unstake", 1, "release escrow")]
    [TestCase("withdraw", 0, "release escrow")]
    [TestCase("slash", 0, "release escrow")]
    public Task Any_StateOfAnotherKindOfTheSameSize_IsRefused(string name, int stateAt, string other)
    {
        Sample sample = _samples[name];
        Address state = _samples[other].Instruction.Accounts[0].Address;
        return RefusedAsync(sample, sample.Instruction.Replace(stateAt, state), SettlementError.State);
    }

    [TestCase("open", 3)]
    [TestCase("settle", 4)]
    [TestCase("authorise", 3)]
    [TestCase("release escrow", 4)]
    [TestCase("stake", 2)]
    [TestCase("slash", 2)]
    [TestCase("create lease", 3)]
    [TestCase("release lease", 4)]
    [TestCase("cancel lease", 4)]
    public Task Any_OtherAccountAsConfiguration_IsRefused(string name, int configAt)
    {
        Sample sample = _samples[name];
        Address other = _samples["withdraw"].Instruction.Accounts[0].Address;
        return RefusedAsync(sample, sample.Instruction.Replace(configAt, other), SettlementError.State);
    }

    [Test]
    public Task Any_WithoutData_IsRefused() => RefusedAsync(
        _samples["reclaim"], _samples["reclaim"].Instruction.WithData([]), SettlementError.Data);

    [TestCase("top up", 4)]
    [TestCase("settle", 6)]
    [TestCase("close", 4)]
    [TestCase("reclaim", 3)]
    [TestCase("release escrow", 7)]
    [TestCase("refund", 3)]
    [TestCase("stake", 5)]
    [TestCase("withdraw", 3)]
    [TestCase("slash", 4)]
    [TestCase("release lease", 5)]
    [TestCase("cancel lease", 7)]
    public async Task Any_OtherVault_IsRefused(string name, int vaultAt)
    {
        Sample sample = _samples[name];
        if (tokens)
        {
            Address other = AssociatedToken.Find(_chain.Config.Platform, _chain.Mint);
            await RefusedAsync(sample, sample.Instruction.Replace(vaultAt, other), SettlementError.Address);
        }
    }

    [TestCase("close", 3)]
    [TestCase("reclaim", 2)]
    [TestCase("refund", 2)]
    [TestCase("release escrow", 10)]
    [TestCase("withdraw", 2)]
    [TestCase("cancel lease", 10)]
    public async Task Any_RestToSomebodyElsesTokens_IsRefused(string name, int tokensAt)
    {
        Sample sample = _samples[name];
        if (tokens)
        {
            Address other = AssociatedToken.Find(_chain.Config.Platform, _chain.Mint);
            await RefusedAsync(sample, sample.Instruction.Replace(tokensAt, other), SettlementError.TokenAccount);
        }
    }

    private async Task RefusedAsync(Sample sample, Instruction instruction, SettlementError error)
    {
        SimulationResult result = await TryAsync(sample, instruction);
        Assert.That(SettlementFailure.TryRead(result.Error, out SettlementFailure failure), result.Error ?? "done");
        Assert.That(failure.Error, Is.EqualTo(error), $"{instruction.Accounts.Count} accounts");
    }

    private async Task<SimulationResult> TryAsync(Sample sample, Instruction instruction)
    {
        Instruction[] all = [.. sample.Before, instruction];
        IEnumerable<SolanaKey> signers = sample.Signers
            .Where(s => all.SelectMany(i => i.Accounts).Any(a => a.IsSigner && a.Address == s.Address));
        LatestBlockhash latest = await _chain.Rpc.GetLatestBlockhashAsync(default);
        SolanaKey payer = _chain.Ledger.Authority;
        return await _chain.Rpc.SimulateAsync(
            Transaction.Sign(Message.Compile(payer.Address, latest.Blockhash, all), [payer, .. signers]), default);
    }

    private async Task<Dictionary<string, Sample>> SamplesAsync()
    {
        Address program = _chain.Program, mint = _chain.Mint;
        TestChannel channel = await TestChannel.OpenAsync(_chain), closing = await TestChannel.OpenAsync(_chain);
        SolanaKey a = channel.Payer, b = channel.Payee;
        var expired = new EscrowKey(a.Address, b.Address, mint, _chain.NewHash());
        EscrowKey escrow = expired with { Job = _chain.NewHash() }, fresh = expired with { Job = _chain.NewHash() };
        LeaseKey lease = new(a.Address, b.Address, mint, 1), next = lease with { Id = 2 };
        Address node = NodeState.Derive(program, a.Address).Address;
        Address held = escrow.Derive(program).Address;
        await RunAsync(a, expired.Derive(program).Address, EscrowInstructions.Authorise(program, expired, 1000, _chain.Now + 10));
        await RunAsync(a, held, EscrowInstructions.Authorise(program, escrow, 1000, _chain.Now + 90_000));
        await RunAsync(a, lease.Derive(program).Address, LeaseInstructions.Create(program, lease, 10, 90_000));
        await RunAsync(a, node, StakeInstructions.Add(program, a.Address, mint, 2000, new byte[32]));
        await RunAsync(a, node, StakeInstructions.Unstake(program, a.Address, 1000));
        (await closing.RequestCloseAsync()).IsDone();
        Assert.That(NodeState.TryRead((await _chain.Rpc.GetAccountAsync(node, default))!.Data.Span, out NodeState registered));
        Assert.That(EscrowState.TryRead((await _chain.Rpc.GetAccountAsync(held, default))!.Data.Span, out EscrowState opened));
        await _chain.AdvanceAsync(7200, slots: 151);

        TestChannel closed = await TestChannel.PrepareAsync(_chain);
        Attestation release = Attest(held, AttestationAction.Release, opened.OpenedSlot);
        Attestation slash = Attest(node, AttestationAction.Slash, registered.RegisteredSlot);
        Address soon = closed.Address, job = fresh.Derive(program).Address, rented = next.Derive(program).Address;
        return new()
        {
            ["open"] = new(ChannelInstructions.Open(program, closed.Key, 10, _chain.Now + 1000), [closed.Payer], _chain.VaultFor(closed.Payer.Address, soon)),
            ["top up"] = new(ChannelInstructions.TopUp(program, channel.Key, 10, 0), [a], []),
            ["settle"] = new(channel.Settlement(channel.Voucher(1000))[1], [], [channel.Settlement(channel.Voucher(1000))[0]]),
            ["close"] = new(ChannelInstructions.Close(program, channel.Key), [a, b], []),
            ["request close"] = new(ChannelInstructions.RequestClose(program, channel.Key), [a], []),
            ["reclaim"] = new(ChannelInstructions.Reclaim(program, closing.Key), [], []),
            ["authorise"] = new(EscrowInstructions.Authorise(program, fresh, 10, _chain.Now + 1000), [a], _chain.VaultFor(a.Address, job)),
            ["release escrow"] = new(EscrowInstructions.Release(program, escrow, release, _chain.Config, 0), [], [Signed(release)]),
            ["refund"] = new(EscrowInstructions.Refund(program, expired), [], []),
            ["stake"] = new(StakeInstructions.Add(program, a.Address, mint, 10, new byte[32]), [a], []),
            ["unstake"] = new(StakeInstructions.Unstake(program, a.Address, 10), [a], []),
            ["withdraw"] = new(StakeInstructions.Withdraw(program, a.Address, mint), [a], []),
            ["slash"] = new(StakeInstructions.Slash(program, mint, slash, _chain.Config, 0), [], [Signed(slash)]),
            ["create lease"] = new(LeaseInstructions.Create(program, next, 1, 10), [a], _chain.VaultFor(a.Address, rented)),
            ["release lease"] = new(LeaseInstructions.Release(program, lease, _chain.Config), [], []),
            ["cancel lease"] = new(LeaseInstructions.Cancel(program, lease, _chain.Config, a.Address), [a], []),
        };

        Instruction Signed(Attestation attestation) =>
            SettlementChain.Attest(attestation, _chain.Committee[0], _chain.Committee[1]);

        Attestation Attest(Address subject, AttestationAction action, ulong slot) =>
            new(program, subject, new byte[32], action, 100, slot, 0);
    }

    private async Task RunAsync(SolanaKey payer, Address contract, Instruction instruction) =>
        (await _chain.RunAsync([.. _chain.VaultFor(payer.Address, contract), instruction], payer)).IsDone();

    private sealed record Sample(Instruction Instruction, SolanaKey[] Signers, Instruction[] Before);
}
