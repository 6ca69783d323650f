using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Paying;
using Infernet.Daemon.Payments.Spending;
using Infernet.Daemon.Tests.Payments;
using Infernet.Libp2p.Hosting;
using Infernet.Solana.Keys;
using Infernet.Solana.Tests.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Jobs.Paying;

/// <summary>How a job's budget is shared among its providers, on the real ledger.</summary>
[TestFixture]
public sealed class JobAccountsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // It once counted each account that was ever opened: one that declined three times left nothing to the third.
    [Test]
    public async Task Provider_ThatGaveItsPartBack_LeavesTheOthersTheirs()
    {
        await using SettlementChain chain = await SettlementChain.StartAsync(tokens: false);
        await using PaymentBench bench = await PaymentBench.StartAsync(chain);
        await using Libp2pHost host = await Libp2pHost.StartAsync(
            bench.Identity, new HostOptions { ListenAddresses = [] }, NullLoggerFactory.Instance, default);
        await using var payer = new Payer(
            bench.Identity, bench.Client, bench.Desk, bench.Spending, new GuardedVoucherSigner(bench.Identity),
            new PayClient(host, bench.Time), bench.Escrows, bench.Journal.Pay, new PayingOptions(), bench.Time,
            NullLoggerFactory.Instance);
        var accounts = new JobAccounts(
            payer, Job(), new SpendingPlan(new JobTerms(Asset.Sol, null), 30_000), 0, [.. Enumerable.Repeat(10L, 1_000)], 100);
        accounts.Expect(3);
        Address payee = (await chain.NewPersonAsync()).Address;
        for (int i = 0; i < 3; i++)
        {
            await (await OpenAsync(accounts, payee)).DisposeAsync();
        }

        await using JobAccount first = await OpenAsync(accounts, payee);
        await using JobAccount second = await OpenAsync(accounts, payee);
        await using JobAccount third = await OpenAsync(accounts, payee);

        Assert.That(new[] { first.Ceiling, second.Ceiling, third.Ceiling }, Is.All.EqualTo(10_000));
    }

    private static async Task<JobAccount> OpenAsync(JobAccounts accounts, Address payee) => (await accounts.OpenAsync(
        new Candidate
        {
            Peer = NodeIdentity.Generate().Id, Models = new Dictionary<Cid, ServedModel>(), Hardware = new Hardware(),
            TotalSlots = 1, FreeSlots = 1, Payout = payee,
            Prices = new Prices { InputPerMillionTokens = 1_000_000, OutputPerMillionTokens = 1_000_000 },
        },
        TimeSpan.Zero, default).WaitAsync(Limit))!;

    private static JobRecord Job() => new()
    {
        Row = 1, Id = new byte[16], CreatedAt = default, StartedAt = default, State = JobState.Running, Total = 1_000,
        Runs = 1, Specification = new JobSpecification { Kind = Core.Jobs.JobKind.Completion, Model = "model", Inputs = [] },
    };
}
