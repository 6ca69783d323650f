using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Daemon.Jobs.Running;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>What people see of a job's money: the estimate, the budget, and what is reserved. Used by the job's loop alone.
/// </summary>
internal sealed class PaymentDisplay(SpendingPlan plan, JobBook book, JobEvents log)
{
    private (ulong Lowest, ulong Highest) _estimate;
    private ulong _forAudits;

    private Asset? Asset => plan.Terms.Asset;

    /// <summary>Says what the job can cost, before anything is sent.</summary>
    /// <param name="costs">The most that all of it can cost, at each provider.</param>
    /// <param name="forAudits">What of the budget is held back for auditors.</param>
    public void Forecast(IReadOnlyCollection<ulong> costs, ulong forAudits)
    {
        _forAudits = forAudits;
        _estimate = costs.Count == 0 ? default : (costs.Min(), costs.Max());
        if (Asset is { } asset && _estimate.Highest > 0)
        {
            string budget = asset.Show(plan.Budget);
            log.Add(
                "estimate",
                $"Costs between {asset.Show(_estimate.Lowest)} and {asset.Show(_estimate.Highest)} at most, by who works; "
                + (_estimate.Lowest > plan.Budget
                    ? $"the budget of {budget} may not be enough for all of it"
                    : $"the budget is {budget}")
                + (plan.Terms.ByEscrow ? ", paid out of escrows whose rest comes back when it has ended" : "")
                + (forAudits > 0 ? $", of which {asset.Show(forAudits)} are held back for auditors" : ""));
        }
    }

    /// <summary>Shows how the job's money stands.</summary>
    /// <param name="reserved">What is set aside, and not paid.</param>
    public void ShowState(ulong reserved)
    {
        if (Asset is { } asset)
        {
            book.SetPayment(new JobPayment
            {
                Symbol = asset.Symbol,
                Decimals = asset.Decimals,
                By = plan.Terms.ByEscrow ? "escrows" : "channels",
                Budget = plan.Budget,
                Reserved = reserved,
                LowestEstimate = _estimate.Lowest,
                HighestEstimate = _estimate.Highest,
                HeldBackForAudits = _forAudits,
            });
        }
    }

    /// <summary>An amount in the job's asset.</summary>
    public string Show(ulong amount) => (Asset ?? Asset.Sol).Show(amount);
}
