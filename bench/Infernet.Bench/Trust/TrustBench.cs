using System.Diagnostics;
using Infernet.Bench.Reporting;
using Infernet.Bench.Trust.Simulation;
using Infernet.Core.Identity;

namespace Infernet.Bench.Trust;

/// <summary>
/// What cheating pays in a network of a thousand peers of whom three in ten cheat, beside a thousand Sybils: simulated
/// on the product's own arithmetic, beside believing everybody and beside averaging what everybody says.
/// </summary>
internal static class TrustBench
{
    public static Task RunAsync(BenchReport report, CancellationToken ct)
    {
        var settings = new TrustSettings();
        double jobTokens = settings.ShardsPerJob * settings.TokensPerShard;
        TrustWorld none = Run("no audits", report, settings, _ => new NoAudits(), ct);
        TrustWorld average = Run("average of all ratings", report, settings, _ => new PlainAverage(), ct);
        TrustWorld ours = Run("infernet", report, settings, self => new InfernetTrust(self, jobTokens), ct);

        Range all = ..;
        Range late = (settings.Rounds * 3 / 4)..;
        report.AddLower("wrong answers accepted", Percent(ours.Tally.WrongShare(all)), "%", "no audits", Percent(none.Tally.WrongShare(all)));
        report.AddLower("wrong answers accepted, last quarter", Percent(ours.Tally.WrongShare(late)), "%", "average", Percent(average.Tally.WrongShare(late)));
        foreach (int percent in (ReadOnlySpan<int>)[5, 25, 50, 100])
        {
            int end = settings.Rounds * percent / 100;
            Range part = Math.Max(0, end - settings.Rounds / 20)..end;
            report.AddLower(
                $"work given to cheaters at {percent} % of the time", Percent(ours.Tally.CheaterShare(part)), "%",
                "average", Percent(average.Tally.CheaterShare(part)));
        }

        report.Add("honest peers excluded by anybody", ours.HonestExcluded().Excluded, "peers");
        report.Add("honest peers excluded, average of all ratings", average.HonestExcluded().Excluded, "peers");
        int[] until = [.. ours.Tally.WrongUntilOut.Order()];
        report.Add("wrong shards until a cheater is out, median", At(until, 0.5), "shards");
        report.Add("wrong shards until a cheater is out, p95", At(until, 0.95), "shards");
        report.Add("shards audited", Percent(ours.Tally.AuditShare), "%");
        report.Add("wrong shards rejected by one audit", Percent(ours.Tally.RejectedWhenWrong), "%");
        report.Add("right shards rejected by one audit", Percent(ours.Tally.RejectedWhenRight), "%");
        return Task.CompletedTask;
    }

    private static TrustWorld Run(
        string name, BenchReport report, TrustSettings settings, Func<PeerId, ITrustModel> trust, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        long started = Stopwatch.GetTimestamp();
        var world = new TrustWorld(settings, trust);
        world.Run();
        (int excluded, int honest) = world.HonestExcluded();
        report.Say(
            $"  {name}: {world.Tally.Shards} shards, {Percent(world.Tally.WrongShare(..)):0.##} % of the accepted answers "
            + $"wrong, {excluded} of {honest} honest peers excluded by anybody, "
            + $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        return world;
    }

    private static double Percent(double share) => 100 * share;

    private static double At(int[] sorted, double share) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
