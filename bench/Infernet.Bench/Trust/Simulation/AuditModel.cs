using Infernet.Core.Audits;
using Infernet.Core.Schemas;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>
/// What an honest auditor finds: margins drawn from the shipped calibration, judged by the product's own arithmetic.
/// Tokens of one text are alike, so each draw stands for as many tokens as the calibration's design effect says.
/// </summary>
internal sealed class AuditModel(int tokens, Random random)
{
    private static readonly AuditCalibration Calibration = AuditCalibrations.Shipped.For([], "Q8_0");
    private static readonly MarginModel Margins = Calibration.Margins;

    public ShardFinding Judge(bool wrong, bool mild)
    {
        uint alike = (uint)Math.Ceiling(Margins.DesignEffect);
        var item = new ItemVerdict();
        item.MarginCounts.AddRange(new uint[MarginBins.Count]);
        for (int drawn = 0; drawn < tokens; drawn += (int)alike)
        {
            int narrow = Draw(Margins.Leads);
            item.MarginCounts[wrong && !mild ? Foreign(narrow) : Own(wrong ? Margins.Cheat : Margins.Honest, narrow)] += alike;
            item.Tokens += alike;
        }

        return ShardJudgement.Of([item], JobKind.Completion, exact: false, Calibration);
    }

    /// <summary>A token of the model, or of the same in fewer bits: another than the drawn one now and then.</summary>
    private int Own(IReadOnlyList<double> missed, int narrow) => random.NextDouble() < missed[narrow]
        ? MarginBins.FirstMissed + narrow
        : MarginBins.FirstMissed - 1 - narrow;

    /// <summary>A token from elsewhere: the drawn one by chance, else anywhere.</summary>
    private int Foreign(int narrow) => Draw(Margins.Foreign) is > 0 and var place
        ? MarginBins.FirstMissed + place - 1
        : MarginBins.FirstMissed - 1 - narrow;

    private int Draw(IReadOnlyList<double> shares)
    {
        double left = random.NextDouble();
        for (int place = 0; place < shares.Count - 1; place++)
        {
            left -= shares[place];
            if (left < 0)
            {
                return place;
            }
        }

        return shares.Count - 1;
    }
}
