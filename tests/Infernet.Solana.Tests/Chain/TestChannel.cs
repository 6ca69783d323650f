using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Chain;

/// <summary>An open channel of 1,000,000 and everything to draw on it.</summary>
internal sealed class TestChannel
{
    public const ulong Deposit = 1_000_000;
    public const long Term = 100_000;

    private readonly SettlementChain _chain;

    private TestChannel(SettlementChain chain, SolanaKey payer, SolanaKey payee, SolanaKey signer, ChannelKey key)
    {
        (_chain, Payer, Payee, Signer, Key) = (chain, payer, payee, signer, key);
        Address = key.Derive(chain.Program).Address;
    }

    public SolanaKey Payer { get; }

    public SolanaKey Payee { get; }

    public SolanaKey Signer { get; }

    public ChannelKey Key { get; }

    public Address Address { get; }

    public static async Task<TestChannel> PrepareAsync(SettlementChain chain)
    {
        SolanaKey payer = await chain.NewPersonAsync(), payee = await chain.NewPersonAsync(), signer = chain.NewKey();
        ulong slot = await chain.Rpc.GetSlotAsync(default);
        return new TestChannel(
            chain, payer, payee, signer, new ChannelKey(payer.Address, payee.Address, chain.Mint, signer.Address, 7, slot));
    }

    public static async Task<TestChannel> OpenAsync(SettlementChain chain)
    {
        TestChannel channel = await PrepareAsync(chain);
        (await channel.OpenAsync()).IsDone();
        return channel;
    }

    public Task<Outcome> OpenAsync(ulong deposit = Deposit, long? expiry = null) => _chain.RunAsync(
        [
            .. _chain.VaultFor(Payer.Address, Address),
            ChannelInstructions.Open(_chain.Program, Key, deposit, expiry ?? _chain.Now + Term),
        ],
        Payer);

    public Voucher Voucher(ulong cumulative, long expiresAt = 0) => new(Address, cumulative, expiresAt);

    /// <summary>The precompile's instruction and the settlement, as anybody may send them.</summary>
    public Instruction[] Settlement(Voucher voucher, SolanaKey? signer = null) =>
    [
        Ed25519Program.Verify(
            voucher.Encode(),
            new Ed25519Signature((signer ?? Signer).Address, voucher.Sign(signer ?? Signer))),
        ChannelInstructions.Settle(_chain.Program, Key, voucher, _chain.Config, 0),
    ];

    public Task<Outcome> SettleAsync(ulong cumulative) => _chain.RunAsync(Settlement(Voucher(cumulative)), Payee);

    public Task<Outcome> CloseAsync() =>
        _chain.RunAsync([ChannelInstructions.Close(_chain.Program, Key)], Payer, Payee);

    public Task<Outcome> RequestCloseAsync() =>
        _chain.RunAsync([ChannelInstructions.RequestClose(_chain.Program, Key)], Payer);

    public Task<Outcome> ReclaimAsync(SolanaKey by) =>
        _chain.RunAsync([ChannelInstructions.Reclaim(_chain.Program, Key)], by);

    public async Task<ChannelState> StateAsync()
    {
        ReadOnlyMemory<byte> data = (await _chain.Rpc.GetAccountAsync(Address, default))!.Data;
        Assert.That(ChannelState.TryRead(data.Span, out ChannelState state));
        return state;
    }

    public async Task<bool> ExistsAsync() => await _chain.Rpc.GetAccountAsync(Address, default) is not null;
}
