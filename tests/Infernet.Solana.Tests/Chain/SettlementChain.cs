using System.Text.Json;
using System.Text.Json.Nodes;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Rpc;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Chain;

/// <summary>A ledger with the program configured: people with money, transactions, balances.</summary>
internal sealed class SettlementChain : IAsyncDisposable
{
    public const ulong Sol = 1_000_000_000;
    public const long StartTime = 1_800_000_000;

    private readonly Random _random = new(20260102);
    private long _now = StartTime;

    private SettlementChain(Ledger ledger) => Ledger = ledger;

    public Ledger Ledger { get; }

    public Address Program => Ledger.Program;

    public SolanaRpc Rpc => Ledger.Rpc;

    public long Now => _now;

    /// <summary>What everything is paid in: a token, or the default address for lamports.</summary>
    public Address Mint { get; private set; }

    public SettlementConfig Config { get; private set; } = null!;

    public SolanaKey[] Committee { get; private set; } = [];

    /// <summary>
    /// Starts a ledger; with <paramref name="tokens"/> everything is paid in a token of six decimals.
    /// </summary>
    public static async Task<SettlementChain> StartAsync(bool tokens)
    {
        var chain = new SettlementChain(await Ledger.StartAsync("--manual-clock"));
        chain.Committee = [chain.NewKey(), chain.NewKey(), chain.NewKey()];
        if (tokens)
        {
            await chain.MakeMintAsync();
        }

        SolanaKey treasury = await chain.NewPersonAsync(), platform = await chain.NewPersonAsync();
        chain.Config = new SettlementConfig
        {
            Treasury = treasury.Address,
            Platform = platform.Address,
            StakeMint = chain.Mint,
            BurnShare = 2000,
            Threshold = 2,
            Committee = [.. chain.Committee.Select(k => k.Address)],
            Tiers = [new(1000, 1), new(2000, 3), new(3000, 10), new(4000, uint.MaxValue)],
            Cooldown = 7200,
            WithdrawDelay = 3600,
        };
        await chain.ConfigureAsync(chain.Config);
        return chain;
    }

    public SolanaKey NewKey()
    {
        byte[] seed = new byte[32];
        _random.NextBytes(seed);
        return SolanaKey.FromSeed(seed);
    }

    public byte[] NewHash() => NewKey().Address.ToArray();

    /// <summary>Somebody with 10 SOL, and with tokens where those are used 10,000 of them.</summary>
    public async Task<SolanaKey> NewPersonAsync()
    {
        SolanaKey person = NewKey();
        await Rpc.RequestAirdropAsync(person.Address, 10 * Sol, default);
        if (Mint != default)
        {
            await GiveTokensAsync(person.Address, 10_000_000_000);
        }

        return person;
    }

    public async Task GiveTokensAsync(Address owner, ulong amount) => (await RunAsync(
        [
            AssociatedToken.CreateIdempotent(Ledger.Authority.Address, owner, Mint),
            TokenProgram.MintTo(Mint, AssociatedToken.Find(owner, Mint), Ledger.Authority.Address, amount),
        ],
        Ledger.Authority)).IsDone();

    public async Task ConfigureAsync(SettlementConfig config)
    {
        (await RunAsync([ConfigInstructions.Set(Program, Ledger.Authority.Address, config)], Ledger.Authority))
            .IsDone();
        Config = config;
    }

    /// <summary>Makes the token account of a contract that is about to open.</summary>
    public Instruction[] VaultFor(Address payer, Address contract) =>
        Mint == default ? [] : [AssociatedToken.CreateIdempotent(payer, contract, Mint)];

    /// <summary>Signs by all keys, the first of which pays the fee, sends, and says what happened.</summary>
    public async Task<Outcome> RunAsync(IReadOnlyList<Instruction> instructions, params IReadOnlyList<SolanaKey> keys)
    {
        LatestBlockhash latest = await Rpc.GetLatestBlockhashAsync(default);
        var transaction = Transaction.Sign(
            Message.Compile(keys[0].Address, latest.Blockhash, instructions), [.. keys.DistinctBy(k => k.Address)]);
        var config = new JsonObject { ["encoding"] = "base64", ["skipPreflight"] = true };
        await Rpc.CallAsync("sendTransaction", [Convert.ToBase64String(transaction.Serialize()), config], default);
        JsonElement meta = (await Rpc.CallAsync("getTransaction", [transaction.Id], default)).GetProperty("meta");
        JsonElement error = meta.GetProperty("err");
        return new Outcome(
            error.ValueKind == JsonValueKind.Null ? null : error.GetRawText(),
            meta.GetProperty("computeUnitsConsumed").GetUInt64(),
            string.Join('\n', meta.GetProperty("logMessages").EnumerateArray().Select(l => l.GetString())));
    }

    public async Task AdvanceAsync(long seconds, long slots = 1)
    {
        _now += seconds;
        await Ledger.AdvanceAsync(seconds, slots);
    }

    /// <summary>What somebody has of what is paid in here.</summary>
    public Task<ulong> BalanceAsync(Address owner) =>
        Mint == default ? Rpc.GetBalanceAsync(owner, default) : TokensAsync(AssociatedToken.Find(owner, Mint));

    public async Task<ulong> TokensAsync(Address account)
    {
        AccountData? data = await Rpc.GetAccountAsync(account, default);
        return data is null ? 0 : BitConverter.ToUInt64(data.Data.Span[64..72]);
    }

    public async Task<ulong> MintSupplyAsync() =>
        BitConverter.ToUInt64((await Rpc.GetAccountAsync(Mint, default))!.Data.Span[36..44]);

    public Task<ulong> LamportsAsync(Address account) => Rpc.GetBalanceAsync(account, default);

    /// <summary>The Ed25519 instruction of an attestation by these members.</summary>
    public static Instruction Attest(Attestation attestation, params IEnumerable<SolanaKey> members)
    {
        byte[] message = attestation.Encode();
        return Ed25519Program.Verify(
            message, [.. members.Select(m => new Ed25519Signature(m.Address, m.Sign(message)))]);
    }

    public ValueTask DisposeAsync() => Ledger.DisposeAsync();

    private async Task MakeMintAsync()
    {
        SolanaKey mint = NewKey();
        ulong rent = await Rpc.GetRentFloorAsync(TokenProgram.MintLength, default);
        Address authority = Ledger.Authority.Address;
        (await RunAsync(
            [
                SystemProgram.CreateAccount(
                    authority, mint.Address, rent, TokenProgram.MintLength, WellKnown.TokenProgram),
                TokenProgram.InitializeMint(mint.Address, 6, authority),
            ],
            Ledger.Authority, mint)).IsDone();
        Mint = mint.Address;
    }
}
