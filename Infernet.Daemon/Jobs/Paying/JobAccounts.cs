using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Paying;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>
/// Opens the accounts of a job within its budget: what is free is shared among the providers that are expected, and none
/// is granted more than it could earn, or than a channel usually holds. Thread-safe.
/// </summary>
internal sealed class JobAccounts
{
    /// <summary>Of a budget a fifth at most is held back for auditors.</summary>
    private const ulong LargestAuditShare = 5;

    private readonly Payer _payer;
    private readonly JobRecord _job;
    private readonly SpendingPlan _plan;
    private readonly int _maxTokens;
    private readonly ulong _allPromptTokens;
    private int _expected = 1;
    private int _opened;

    public JobAccounts(
        Payer payer, JobRecord job, SpendingPlan plan, ulong paid, IReadOnlyList<long> promptTokens, int maxTokens)
    {
        (_payer, _job, _plan, _maxTokens, PromptTokens) = (payer, job, plan, maxTokens, promptTokens);
        _allPromptTokens = promptTokens.Aggregate(0ul, (sum, p) => sum + (ulong)p);
        Longest = (ulong)promptTokens.DefaultIfEmpty().Max();
        Budget = new JobBudget(plan.Budget, paid);
    }

    public JobBudget Budget { get; }

    public SpendingPlan Plan => _plan;

    /// <summary>The most tokens that each input can have, by index.</summary>
    public IReadOnlyList<long> PromptTokens { get; }

    private ulong Longest { get; }

    /// <summary>How many paid providers may want a share.</summary>
    public void Expect(int providers) => Volatile.Write(ref _expected, providers);

    /// <summary>The most that the whole job can cost at a provider's prices.</summary>
    public ulong CostOfAll(Prices prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        return prices.CostOf(new Usage(_allPromptTokens, (ulong)_job.Total * (ulong)_maxTokens));
    }

    /// <summary>Holds back what auditors may have to be paid.</summary>
    /// <param name="providers">What those ask who may judge.</param>
    /// <param name="rate">The share of the work that may be judged.</param>
    /// <returns>How much that is.</returns>
    public ulong HoldBackForAudits(IEnumerable<Prices> providers, double rate)
    {
        var all = new Usage(_allPromptTokens + ((ulong)_job.Total * (ulong)_maxTokens), 0);
        double wanted = rate * providers.Select(p => (double)p.CostOf(all)).DefaultIfEmpty().Max();
        ulong most = Budget.Total / LargestAuditShare;
        ulong held = wanted >= most ? most : (ulong)wanted;
        Budget.HoldBack(held);
        return held;
    }

    /// <summary>The most that one item can cost.</summary>
    public ulong CostOfItem(Prices prices, TimeSpan itemTime)
    {
        ArgumentNullException.ThrowIfNull(prices);
        return prices.CostOf(new Usage(Longest, (ulong)_maxTokens, Math.Max(
            (ulong)(itemTime.Ticks / TimeSpan.TicksPerMicrosecond),
            UsageBound.EngineMicroseconds(Longest + (ulong)_maxTokens))));
    }

    /// <summary>What a provider is offered before there is a channel to it; null if there is one.</summary>
    /// <exception cref="PaymentException">It can't be paid now.</exception>
    public Task<OfferPayment?> SketchAsync(Candidate provider, TimeSpan itemTime, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return _payer.SketchAsync(
            new PaymentRequest(
                provider.Peer, provider.Payout!.Value, provider.Prices, _job.Row, _job.Id, CostOfItem(provider.Prices, itemTime))
            {
                ByEscrow = _job.Specification.Escrow,
            },
            cancellationToken);
    }

    /// <summary>Opens an account at a provider; null if it asks nothing.</summary>
    /// <exception cref="PaymentException">There is no money for it, or it can't be had now.</exception>
    public async Task<JobAccount?> OpenAsync(Candidate provider, TimeSpan itemTime, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(provider);
        Prices prices = provider.Prices;
        if (prices.IsFree)
        {
            return null;
        }

        ulong least = CostOfItem(prices, itemTime);
        ulong most = prices.EnginePerHour + prices.ContainerPerHour > 0 ? ulong.MaxValue : CostOfAll(prices);
        ulong wanted = Math.Max(least, Math.Min(most, Math.Max(_payer.UsualDeposit, least)));
        bool byEscrow = _job.Specification.Escrow;
        if (byEscrow && _payer.EscrowRoom(provider.Peer, provider.Payout!.Value, _job.Id) is var room && room >= least)
        {
            // What an earlier stream left is used before more is locked up.
            wanted = Math.Min(wanted, room);
        }

        // Who has given its part back, as after a decline, may want one again, and leaves the others theirs.
        ulong ceiling = Budget.Take(
            wanted, least, Math.Max(1, Volatile.Read(ref _expected) - Interlocked.Increment(ref _opened) + 1));
        if (ceiling == 0)
        {
            Interlocked.Decrement(ref _opened);
            throw new PaymentException("budget", Shortage(least));
        }

        try
        {
            PaymentAccount account = await _payer.OpenAsync(
                new PaymentRequest(provider.Peer, provider.Payout!.Value, prices, _job.Row, _job.Id, ceiling)
                {
                    ByEscrow = byEscrow,
                },
                cancellationToken).ConfigureAwait(false);
            return new JobAccount(account, Budget, () => Interlocked.Decrement(ref _opened));
        }
        catch
        {
            Interlocked.Decrement(ref _opened);
            Budget.GiveBack(ceiling);
            throw;
        }
    }

    /// <summary>Opens an account for what an earlier run owes; null if its channel can't pay that any more.</summary>
    public JobAccount? OpenDebt(Core.Identity.PeerId provider, Address payee, Prices prices, Address channel, ulong owed)
    {
        ulong granted = Budget.TakeDebt(owed);
        PaymentAccount? account = granted < owed ? null : _payer.OpenDebt(
            new PaymentRequest(provider, payee, prices, _job.Row, _job.Id, owed), channel);
        if (account is null)
        {
            Budget.GiveBack(granted);
            return null;
        }

        return new JobAccount(account, Budget);
    }

    /// <summary>Whether a failure to open an account means that money is short, and not that a provider is odd.</summary>
    public static bool IsShortage(PaymentException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Code is "budget" or PaymentCodes.SpendingCap or PaymentCodes.Unfunded;
    }

    private string Shortage(ulong least)
    {
        Asset asset = _plan.Terms.Asset!;
        return $"The budget of {asset.Show(_plan.Budget)} has {asset.Show(Budget.Free)} left, and the next item can cost "
            + $"up to {asset.Show(least)}; resume the job with a higher one: infernet job resume {_job.Name[..8]} --budget AMOUNT";
    }
}
