using Infernet.Solana.Histories.Chain;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Bench.Pay;

/// <summary>A channel in lamports on a ledger of the benchmark's own, which its authority pays.</summary>
internal sealed class PaidChannel
{
    private const ulong OfficeLamports = 1_000_000_000;

    private readonly Address _program;
    private readonly SettlementConfig _config;
    private readonly ChannelKey _key;
    private readonly Address _address;

    private PaidChannel(Address program, SolanaKey payer, SettlementConfig config, ChannelKey key)
    {
        (_program, Payer, _config, _key) = (program, payer, config, key);
        _address = key.Derive(program).Address;
    }

    public SolanaKey Payer { get; }

    private static SolanaKey Payee { get; } = Person(1);

    private static SolanaKey Signer { get; } = Person(2);

    public static async Task<PaidChannel> OpenAsync(
        LocalLedger ledger, SolanaRpc rpc, ulong deposit, long term, CancellationToken ct)
    {
        await rpc.RequestAirdropAsync(Payee.Address, OfficeLamports, ct);
        await rpc.RequestAirdropAsync(ledger.Authority.Address, 2 * deposit, ct);
        SettlementConfig config = await ConfigureAsync(ledger, rpc, ct);
        var sender = new TransactionSender(rpc);
        var key = new ChannelKey(
            ledger.Authority.Address, Payee.Address, default, Signer.Address, 1, await rpc.GetSlotAsync(ct));
        long now = (await rpc.CallAsync("getBlockTime", [key.OpenSlot], ct)).GetInt64();
        await SendAsync(
            sender, rpc, ledger.Authority, [ChannelInstructions.Open(ledger.Program, key, deposit, now + term)], ct);
        return new PaidChannel(ledger.Program, ledger.Authority, config, key);
    }

    /// <summary>Gives the program its configuration, with the protocol's fees.</summary>
    public static async Task<SettlementConfig> ConfigureAsync(LocalLedger ledger, SolanaRpc rpc, CancellationToken ct)
    {
        SolanaKey[] offices = [Person(3), Person(4)];
        foreach (SolanaKey office in offices)
        {
            await rpc.RequestAirdropAsync(office.Address, OfficeLamports, ct);
        }

        var config = new SettlementConfig
        {
            Treasury = offices[0].Address, Platform = offices[1].Address, Threshold = 1, Committee = [offices[0].Address],
        };
        await SendAsync(
            new TransactionSender(rpc), rpc, ledger.Authority,
            [ConfigInstructions.Set(ledger.Program, ledger.Authority.Address, config)], ct);
        return config;
    }

    public static async Task SendAsync(
        TransactionSender sender, SolanaRpc rpc, SolanaKey payer, IReadOnlyList<Instruction> instructions, CancellationToken ct)
    {
        LatestBlockhash latest = await rpc.GetLatestBlockhashAsync(ct);
        var transaction = Transaction.Sign(Message.Compile(payer.Address, latest.Blockhash, instructions), payer);
        SendResult result = await sender.SendAsync(transaction, latest.LastValidBlockHeight, ct);
        if (result.Outcome != SendOutcome.Done)
        {
            throw new InvalidOperationException($"A transaction ended as {result.Outcome}: {result.Error}");
        }
    }

    public Instruction[] Settlement(ulong cumulative)
    {
        var voucher = new Voucher(_address, cumulative, 0);
        return
        [
            Ed25519Program.Verify(voucher.Encode(), new Ed25519Signature(Signer.Address, voucher.Sign(Signer))),
            ChannelInstructions.Settle(_program, _key, voucher, _config, 0),
        ];
    }

    /// <summary>What the reference client needs to do the same.</summary>
    public object ForKit(LocalLedger ledger, ulong first, ulong step, int times) => new
    {
        http = ledger.Http.ToString(),
        ws = ledger.WebSocket.ToString(),
        payer = Convert.ToHexString(ledger.AuthoritySeed.Span),
        signer = Convert.ToHexString(Seed(2)),
        program = _program.ToString(),
        channel = _address.ToString(),
        accounts = Settlement(first)[1].Accounts.Select(a => new { address = a.Address.ToString(), writable = a.IsWritable }),
        first,
        step,
        times,
    };

    private static SolanaKey Person(byte number) => SolanaKey.FromSeed(Seed(number));

    private static byte[] Seed(byte number) => [.. Enumerable.Repeat(number, 32)];
}
