using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Tests.Nodes;
using Infernet.Solana.Keys;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments.Paying;

/// <summary>Whole nodes with wallets on the real local ledger: providers that ask a price, and a submitter that pays.</summary>
internal sealed class PaidSwarm(SettlementChain chain) : IAsyncDisposable
{
    /// <summary>Of a million tokens, read or generated: 3 and 6 lamports a token.</summary>
    public static readonly PriceList Prices = new()
    {
        InputPerMillionTokens = 3_000_000, OutputPerMillionTokens = 6_000_000,
    };

    private readonly RunningTime _time = new(chain);
    private string _model = "";

    public TestNodes Nodes { get; } = new();

    public Node Submitter { get; private set; } = null!;

    /// <summary>What the submitter pays from.</summary>
    public Address Wallet { get; private set; }

    public PayingOptions Paying { get; init; } = new() { JobBudget = 1_000_000_000 };

    public ulong DailyCap { get; init; } = 5_000_000_000;

    /// <summary>Adds a provider that asks these prices; null for one that has no wallet and asks nothing.</summary>
    public async Task<Node> AddProviderAsync(
        string name, PriceList? prices, Func<NodeOptions, NodeOptions>? change = null)
    {
        if (prices is not null)
        {
            await FundAsync(name);
        }

        NodeOptions With(NodeOptions o) => (change ?? (same => same))(
            prices is null ? o with { Time = _time } : Pays(o, options => options with
            {
                // Less is lent than usual, so that short jobs meet the window too.
                Earning = new EarningOptions { Prices = prices, SettleAmount = ulong.MaxValue, FirstCredit = 4_096 },
            }));
        if (_model.Length > 0)
        {
            Node node = await Nodes.StartAsync(name, With);
            await TestNodes.PullModelAsync(node, _model);
            return node;
        }

        Node first = await Nodes.StartServingAsync(name, With);
        _model = first.Models.List()[0].Cid;
        return first;
    }

    /// <summary>Adds a node that serves nothing and signs for releases, as a member of the committee.</summary>
    public async Task<Node> AddMemberAsync(string name)
    {
        await FundAsync(name);
        return await Nodes.StartAsync(
            name, o => Pays(o with { Serve = false }, p => p with { Committee = true }));
    }

    public async Task StartSubmitterAsync(Func<NodeOptions, NodeOptions>? change = null)
    {
        Wallet = await FundAsync("submitter");
        // Testing auditors costs something of its own, which is no job's.
        Submitter = await Nodes.StartAsync("submitter", o => (change ?? (same => same))(
            Pays(o with { Court = o.Court with { CanaryRate = 0 } }, p => p with { Paying = Paying })));
    }

    /// <summary>A node without a wallet that computes nothing.</summary>
    public Task<Node> StartFreeAsync() => Nodes.StartAsync("without", o => o with { Time = _time });

    /// <summary>Stops the submitter where it is, and starts it again on the same home.</summary>
    public async Task RestartSubmitterAsync()
    {
        await Nodes.StopAsync(Submitter);
        await StartSubmitterAsync();
    }

    /// <summary>What the submitter, which must have stopped, still owes for its first job.</summary>
    public async Task<IReadOnlyList<OwedShards.Owed>> OwedAsync()
    {
        await using NodeJournal journal = NodeJournal.Open(
            new JournalOptions { Path = Path.Combine(Nodes.HomeOf("submitter"), "infernet.db") });
        return OwedShards.Find(journal, journal.Jobs.List()[^1].Row, chain.Program);
    }

    /// <summary>
    /// The submitter, which must have stopped, forgets its channels: as if they had ended meanwhile. One that is closed only
    /// in its journal it would find again.
    /// </summary>
    public async Task EndChannelsAsync()
    {
        await using NodeJournal journal = NodeJournal.Open(
            new JournalOptions { Path = Path.Combine(Nodes.HomeOf("submitter"), "infernet.db") });
        foreach (PayChannel channel in journal.Pay.Channels())
        {
            await journal.Pay.UpdateAsync(channel with { State = PayChannelState.Failed }, CancellationToken.None);
        }
    }

    /// <summary>A job in small shards, without audits.</summary>
    public JobSpecification Job(int count, double rate = 0) => TestNodes.Job(count, _model) with
    {
        Sharding = new ShardingSpecification { ShardSize = 2 },
        Verification = rate == 0
            ? new VerificationSpecification { Mode = VerificationMode.None }
            : new VerificationSpecification { AuditRate = rate },
    };

    /// <summary>Submits a job and waits for its end.</summary>
    public async Task<JobStatus> RunAsync(JobSpecification job)
    {
        JobStatus submitted = await Submitter.Jobs.SubmitAsync(job, CancellationToken.None);
        return await TestNodes.EndOfAsync(Submitter, submitted.Id);
    }

    /// <summary>Waits until all that a job paid, its auditors' part as well, is promised and in the providers' hands.</summary>
    public async Task PaidOutAsync(JobStatus job)
    {
        using var limit = new CancellationTokenSource(TestNodes.Patience);
        ulong expected = job.Payment!.Paid + job.Payment.Audits;
        IReadOnlyList<ChannelView> channels;
        while ((channels = Submitter.Payments!.Payer.Channels()).Any(c => c.Held != c.Promised)
            || channels.Aggregate(0ul, (sum, c) => sum + c.Promised) != expected)
        {
            Assert.That(
                limit.IsCancellationRequested, Is.False,
                () => $"{expected} were to be paid: {string.Join(", ", channels.Select(c => $"{c.Held} of {c.Promised}"))}");
            await Task.Yield();
        }
    }

    /// <summary>Waits until a provider says that it holds all that was promised to it.</summary>
    public async Task<ChannelView> HeldAsync(Node provider)
    {
        using var limit = new CancellationTokenSource(TestNodes.Patience);
        while (true)
        {
            ChannelView? channel = Submitter.Payments!.Payer.Channels()
                .FirstOrDefault(c => c.PeerId == $"{provider.Id}" && c.State == PayChannelState.Open);
            if (channel is not null && channel.Held == channel.Promised)
            {
                return channel;
            }

            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();

    // A wallet of 10 SOL in a node's home, unless it has one.
    private async Task<Address> FundAsync(string name)
    {
        string file = Path.Combine(Directory.CreateDirectory(Nodes.HomeOf(name)).FullName, "wallet.json");
        if (File.Exists(file))
        {
            return WalletFile.Load(file).Address;
        }

        Address wallet = WalletFile.Create(file).Address;
        await chain.Rpc.RequestAirdropAsync(wallet, 10 * SettlementChain.Sol, default);
        if (chain.Mint != default)
        {
            await chain.GiveTokensAsync(wallet, 10_000_000_000);
        }

        return wallet;
    }

    private NodeOptions Pays(NodeOptions options, Func<PaymentOptions, PaymentOptions> change) => options with
    {
        Time = _time,
        Payments = change(new PaymentOptions
        {
            Chain = new ChainOptions
            {
                Endpoints = [chain.Ledger.Http],
                Program = chain.Program,
                Mint = chain.Mint,
                DailyCap = DailyCap,
                RequestsPerSecond = 1_000_000,
                PollInterval = TimeSpan.FromMilliseconds(5),
            },
        }),
    };

    /// <summary>The chain's date where it started, and from there on as time passes; set wrong by an offset.</summary>
    internal sealed class RunningTime(SettlementChain chain, TimeSpan offset = default) : TimeProvider
    {
        private readonly long _began = System.GetTimestamp();
        private long _jumped;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(chain.Now)
            + System.GetElapsedTime(_began) + offset + TimeSpan.FromTicks(Interlocked.Read(ref _jumped));

        /// <summary>Time passes at once.</summary>
        public void Jump(TimeSpan time) => Interlocked.Add(ref _jumped, time.Ticks);
    }
}
