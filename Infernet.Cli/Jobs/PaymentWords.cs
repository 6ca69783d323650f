using Infernet.Cli.Terminals;
using Infernet.Core.Api;
using Infernet.Core.Payments;

namespace Infernet.Cli.Jobs;

/// <summary>Says in a sentence what a job may pay, and what it has paid.</summary>
internal static class PaymentWords
{
    private const string Escrows = "escrows";

    /// <summary>What it may cost, before it starts; null where everybody who was matched asks nothing.</summary>
    public static string? Estimate(JobPayment payment)
    {
        if (payment.HighestEstimate == 0)
        {
            return null;
        }

        string costs = payment.LowestEstimate == payment.HighestEstimate
            ? $"up to {Show(payment.HighestEstimate, payment)}"
            : $"up to {Show(payment.LowestEstimate, payment)} at the cheapest provider, "
                + $"{Show(payment.HighestEstimate, payment)} at the dearest";
        return $"Costs {costs}; pays at most {Show(payment.Budget, payment)}{By(payment)}"
            + (payment.HeldBackForAudits > 0 ? $", of that {Show(payment.HeldBackForAudits, payment)} for auditors" : "")
            + (payment.LowestEstimate > payment.Budget ? ", which may not be enough for all of it." : ".");
    }

    /// <summary>What it has paid.</summary>
    public static string Sums(JobPayment payment)
    {
        string[] parts =
        [
            payment.Audits == 0
                ? $"{Show(payment.Paid, payment)} of at most {Show(payment.Budget, payment)}"
                : $"{Show(payment.Paid, payment)} to providers and {Show(payment.Audits, payment)} to auditors, of at most "
                    + Show(payment.Budget, payment),
            .. payment.By == Escrows ? new[] { "by escrows" } : [],
            .. Part(payment.Withheld, "withheld for wrong answers", payment),
            .. Part(payment.Reserved, "set aside for providers that work", payment),
        ];
        return string.Join(", ", parts);
    }

    /// <summary>What is owed and never paid, a sentence each.</summary>
    public static IEnumerable<string> Debts(JobPayment payment) =>
    [
        .. payment.Unpayable.Select(d =>
            $"{Show(d.Amount, payment)} are owed to {Units.ShortPeer(d.PeerId)} and never paid: {d.Reason}"),
        .. payment.Auditors.Where(a => a.Lost > 0).Select(a =>
            $"{Show(a.Lost, payment)} are owed to {Units.ShortPeer(a.PeerId)} for audits and never paid: its channel has ended"),
    ];

    private static string By(JobPayment payment) =>
        payment.By == Escrows ? " out of escrows, whose rest comes back when it has ended" : "";

    /// <summary>An amount with its unit.</summary>
    public static string Show(ulong amount, JobPayment payment) =>
        $"{AmountText.Number(amount, payment.Decimals)} {payment.Symbol}";

    private static string[] Part(ulong amount, string what, JobPayment payment) =>
        amount == 0 ? [] : [$"{Show(amount, payment)} {what}"];
}
