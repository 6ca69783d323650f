using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Earning;
using Infernet.Libp2p.Tests.Support;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Payments.Earning;

/// <summary>
/// An earner over a real journal and a clock of the test's, with a payer that can sign anything. The chain is what the
/// test says that it is; it can be down, and it remembers what was sent.
/// </summary>
internal sealed class EarningBench : IAsyncDisposable
{
    public const ulong Price = 1_000_000;
    public const long Delay = 3_600;
    private const ulong Fee = 10_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("infernet-earn-").FullName;
    private readonly EarningOptions _options;
    private readonly TimeSpan? _patience;
    private readonly HashSet<Address> _wasReleased = [];
    private ReleaseRequest _asked = new();

    /// <param name="change">What is other than usual.</param>
    /// <param name="patience">How long the journal keeps what nobody waits for; null for the usual.</param>
    public EarningBench(Func<EarningOptions, EarningOptions>? change = null, TimeSpan? patience = null)
    {
        _patience = patience;
        var options = new EarningOptions
        {
            Prices = new PriceList { InputPerMillionTokens = Price, OutputPerMillionTokens = Price },
            FirstCredit = 4_096,
        };
        _options = change?.Invoke(options) ?? options;
        Open();
    }

    public ManualTime Time { get; } = new();

    public NodeIdentity Self { get; } = NodeIdentity.Generate();

    public SolanaKey Wallet { get; } = SolanaKey.Generate();

    public Address Program { get; } = SolanaKey.Generate().Address;

    public Address Genesis { get; } = SolanaKey.Generate().Address;

    public Address Mint { get; set; }

    public NodeIdentity Payer { get; set; } = NodeIdentity.Generate();

    public SolanaKey PayerWallet { get; set; } = SolanaKey.Generate();

    public Dictionary<Address, ChannelState> Chain { get; } = [];

    public Dictionary<Address, EscrowState> Escrows { get; } = [];

    /// <summary>What the committee says to a release.</summary>
    public Func<ReleaseRequest, IReadOnlyList<AttestationView>> OnAttest { get; set; } = _ => [];

    /// <summary>What a release comes to, beside being remembered.</summary>
    public Action OnRelease { get; set; } = () => { };

    /// <summary>What was released, by the amounts of the vouchers.</summary>
    public List<ulong> Released { get; } = [];

    public Dictionary<Address, NodeState> Stakes { get; } = [];

    public PeerStanding Standing { get; set; } = Newcomer;

    public bool IsDown { get; set; }

    /// <summary>Whether nothing can be written.</summary>
    public bool IsFull { get; set; }

    public int Questions { get; private set; }

    public List<TransactionOrder> Sent { get; } = [];

    public List<Message> CoSigned { get; } = [];

    /// <summary>What sending comes to, beside being remembered.</summary>
    public Action<TransactionOrder> OnSend { get; set; } = _ => { };

    public NodeJournal Journal { get; private set; } = null!;

    public Earner Earner { get; private set; } = null!;

    public EarningOptions Options => _options;

    public SettlementConfig Config { get; } = new()
    {
        Treasury = SolanaKey.Generate().Address, Platform = SolanaKey.Generate().Address, Threshold = 1,
        Committee = [SolanaKey.Generate().Address],
    };

    public static PeerStanding Newcomer { get; } = new()
    {
        Peer = NodeIdentity.Generate().Id, Score = 0, Mean = 0.5, CreditWindow = 4_096, AuditorScore = 0.5,
        MayAudit = true, IsNewcomer = true, QueuePriority = 0,
    };

    public static Cid Model { get; } = Cid.OfRaw("model"u8);

    /// <summary>The newcomer's window at these prices.</summary>
    public static ulong Window => 4_096;

    public void Open()
    {
        var journal = new JournalOptions
        {
            Path = Path.Combine(_folder, "infernet.db"),
            AtCommit = (_, _) =>
            {
                if (IsFull)
                {
                    throw new JournalException("The disk is full", diskFull: true);
                }
            },
        };
        Journal = NodeJournal.Open(_patience is { } patience ? journal with { Patience = patience } : journal);
        Earner = new Earner(new EarnerGround
        {
            Self = Self.Id,
            Chain = new EarningChain
            {
                Wallet = Wallet.Address,
                Program = Program,
                Mint = Mint,
                Facts = _ => IsDown ? throw Down() : ValueTask.FromResult(new ClusterFacts(
                    Genesis, Config, Asset.Of(Mint.Span, 6), Asset.Sol, 890_880)),
                Channel = (address, _) => Ask(() => Chain.GetValueOrDefault(address)),
                Escrow = (address, _) => Ask(() => Escrows.GetValueOrDefault(address)),
                Attest = (request, _) => Ask(() =>
                {
                    _asked = request;
                    return OnAttest(request);
                }),
                Release = (_, dryRun, _) => Ask(() => Release(dryRun)),
                WasReleased = (address, _, _) => Ask(() => _wasReleased.Contains(address)),
                Stake = (owner, _) => Ask(() => Stakes.GetValueOrDefault(owner)),
                Send = (order, _) => Ask(() => SendOrder(order)),
                Quote = (order, _) => Ask(() => SpendOf(order.What)),
                CoSign = (message, _) => Ask(() =>
                {
                    CoSigned.Add(message);
                    return Wallet.Sign(message.Serialize());
                }),
            },
            Journal = EarningJournal.Of(Journal),
            StandingOf = _ => Standing,
            Options = _options,
            Time = Time,
            Log = NullLogger.Instance,
        });
    }

    /// <summary>The node ends and comes back over the same journal.</summary>
    public async Task RestartAsync()
    {
        await CloseAsync();
        Open();
    }

    /// <summary>A channel that can be had, on the chain.</summary>
    public ChannelState OpenChannel(ulong deposit = 10_000_000, ulong salt = 1, Func<ChannelState, ChannelState>? change = null)
    {
        var key = new ChannelKey(
            PayerWallet.Address, Wallet.Address, Mint, new Address(Payer.PublicKey),
            ChannelSalt.New(Self.Id, (ushort)salt), 7);
        long now = Time.GetUtcNow().ToUnixTimeSeconds();
        var state = new ChannelState(
            key, default, deposit, 0, now + (30 * 24 * 3_600), 0, Delay, new Terms(1000, 500, 0, 9, 255));
        state = change?.Invoke(state) ?? state;
        Chain[AddressOf(state.Key)] = state;
        return state;
    }

    public Address AddressOf(ChannelKey key) => key.Derive(Program).Address;

    public ChannelReference Reference(ChannelState channel)
    {
        ChannelReference reference = EarningChannelTable.Reference(channel.Key);
        reference.Genesis = ByteString.CopyFrom(Genesis.Span);
        reference.Program = ByteString.CopyFrom(Program.Span);
        return reference;
    }

    public PaymentIntent Intent(ulong ceiling = 1_000_000) => new()
    {
        Id = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16)),
        Payer = Payer.Id.ToByteString(),
        Payee = Self.Id.ToByteString(),
        JobId = ByteString.CopyFrom(new byte[16]),
        Ceiling = ceiling,
        IssuedUnixMs = Time.GetUtcNow().ToUnixTimeMilliseconds(),
        ExpiresUnixMs = Time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds(),
        Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32)),
    };

    public Offer Offer(ChannelState channel, PaymentIntent? intent = null) => new()
    {
        JobId = ByteString.CopyFrom(new byte[16]),
        Kind = JobKind.Completion,
        ModelRoot = ByteString.CopyFrom(Model.ToBytes()),
        Sampling = new Sampling { TopP = 1, MaxTokens = 1_000 },
        TotalItems = 100,
        SecretCommitment = ByteString.CopyFrom(new byte[32]),
        Payment = new OfferPayment
        {
            IntentEnvelope = ByteString.CopyFrom(PaymentIntentEnvelope.Seal(Payer, intent ?? Intent())),
            Channel = Reference(channel),
            Prices = _options.Prices.Clone(),
        },
    };

    public Payment Voucher(
        ChannelState channel, ulong cumulative, ulong shard = 0, long expiry = 0, NodeIdentity? signer = null)
    {
        byte[] voucher = new Voucher(AddressOf(channel.Key), cumulative, expiry).Encode();
        return new Payment
        {
            Voucher = ByteString.CopyFrom(voucher),
            Signature = ByteString.CopyFrom((signer ?? Payer).Sign(voucher)),
            ShardId = shard,
            Attempt = 1,
        };
    }

    public Task<EarnerAnswer> AcceptAsync(Offer offer) => Earner.AcceptAsync(offer, Payer.Id, default);

    /// <summary>The account of an offer that is taken.</summary>
    public async Task<PayerAccount> AccountAsync(Offer offer)
    {
        EarnerAnswer answer = await AcceptAsync(offer);
        return answer is EarnerAnswer.Paid paid
            ? paid.Account
            : throw new AssertionException($"{(answer as EarnerAnswer.Refused)?.Decline}");
    }

    public Task<PayerAccount> AccountAsync(ChannelState channel) => AccountAsync(Offer(channel));

    /// <summary>Why an offer is not taken.</summary>
    public async Task<string> RefusalAsync(Offer offer)
    {
        EarnerAnswer answer = await AcceptAsync(offer);
        Assert.That(answer, Is.InstanceOf<EarnerAnswer.Refused>());
        Decline decline = ((EarnerAnswer.Refused)answer).Decline;
        Assert.That(decline.Reason, Is.EqualTo(Decline.Types.Reason.PaymentRequired));
        return decline.Message;
    }

    /// <summary>A shard that may cost its prompt's bytes, 8, and the tokens.</summary>
    public static Shard Shard(ulong id = 0) => new()
    {
        ShardId = id, Attempt = 1, Items = { new Item { Prompt = new string('x', 92) } },
    };

    public static Receipt Receipt(ulong shard, ulong tokens) => new()
    {
        JobId = ByteString.CopyFrom(new byte[16]), ShardId = shard, Attempt = 1, CompletionTokens = tokens,
    };

    /// <summary>Computes a shard that costs so much.</summary>
    public static async Task EarnAsync(PayerAccount account, ulong shard, ulong cost)
    {
        ShardPass pass = await account.EnterAsync(Shard(shard), default).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(pass.Refusal, Is.Null);
        await account.EndedAsync(pass.Entry, Receipt(shard, cost));
    }

    public EarningChannelRecord Kept(ChannelState channel) =>
        Journal.EarningChannels.Find(AddressOf(channel.Key).ToString())!;

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task CloseAsync()
    {
        await Earner.DisposeAsync();
        await Journal.DisposeAsync();
    }

    private EscrowChange Release(bool dryRun)
    {
        Assert.That(Infernet.Solana.Settlement.Voucher.TryDecode(_asked.Voucher.Span, out Voucher voucher), Is.True);
        if (!dryRun)
        {
            Released.Add(voucher.Cumulative);
            _wasReleased.Add(voucher.Channel);
            Escrows.Remove(voucher.Channel);
            OnRelease();
        }

        return new EscrowChange { Spend = SpendOf("releasing") with { Transaction = dryRun ? null : "release" } };
    }

    private SpendView SpendOf(string what) => new()
    {
        What = what,
        Wallet = Wallet.Address.ToString(),
        Fee = Fee,
        Rent = 0,
        Parts = [new SpendPart { Asset = ContractViews.Of(Asset.Sol), Amount = Fee, Balance = 1_000_000 }],
    };

    private SettledTransaction SendOrder(TransactionOrder order)
    {
        lock (Sent)
        {
            Sent.Add(order);
        }

        OnSend(order);
        return new SettledTransaction($"transaction {Sent.Count}", 1, Fee, Repeated: false);
    }

    private Task<T> Ask<T>(Func<T> answer)
    {
        Questions++;
        return IsDown ? Task.FromException<T>(Down()) : Task.FromResult(answer());
    }

    private static PaymentException Down() => new("rpc-unreachable", "The cluster is down.");
}
