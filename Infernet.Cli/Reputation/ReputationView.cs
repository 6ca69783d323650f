using System.Globalization;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Reputation;

/// <summary>Shows standings to people.</summary>
internal static class ReputationView
{
    public static void WriteList(Terminal terminal, IReadOnlyList<ReputationStatus> standings)
    {
        var sheet = new Sheet("PEER", ">SCORE", ">PASSED", ">REJECTED", ">CREDIT", ">WORD", ">AUDITOR", "STATE");
        foreach (ReputationStatus standing in standings)
        {
            sheet.Add(
                standing.PeerId,
                Number(standing.Score),
                Units.Count(standing.AuditsPassed),
                standing.AuditsFailed > 0 ? SheetCell.Bad(Units.Count(standing.AuditsFailed)) : "0",
                Units.Count(standing.CreditTokens),
                Number(standing.ReporterWeight),
                standing.MayAudit ? Number(standing.AuditorScore) : SheetCell.Bad(Number(standing.AuditorScore)),
                State(standing));
        }

        terminal.Out.Write(sheet.Render(terminal.OutInk, terminal.Width()));
    }

    /// <summary>What is thought of one peer, and each audited shard that it rests on.</summary>
    public static void Write(
        TextWriter output, Ink ink, int? width, ReputationExplanation explained, DateTimeOffset now)
    {
        ReputationStatus standing = explained.Standing;
        Line("peer", ink.Bold(standing.PeerId));
        Line("score", $"{Number(standing.Score)} (lower bound; mean {Number(standing.Mean)})");
        Line("state", standing.Exclusion is { } why ? ink.Red($"excluded: {why}") : State(standing).Text);
        Line("own audits", $"{standing.AuditsPassed} passed, {standing.AuditsFailed} rejected; "
            + $"they count {Number(standing.OwnPassed)} for and {Number(standing.OwnFailed)} against it");
        Line("of others", $"count {Number(standing.OthersPassed)} for and {Number(standing.OthersFailed)} against it");
        Line("test", $"log-likelihood ratio {Signed(standing.LogLikelihoodRatio)} (above 0 speaks for a cheater)");
        Line("credit", $"{Units.Count(standing.CreditTokens)} tokens at a time");
        Line("settled", $"{Count(standing.SettledTokens)} tokens computed for this node, "
            + $"{Count(standing.TokensAsked)} by it");
        Line("its word", $"weighs {Number(standing.ReporterWeight)} of 1");
        Line("as auditor", Number(standing.AuditorScore) + (standing.MayAudit ? "" : ", not drawn any more"));
        if (standing.FirstSeen is { } first)
        {
            Line("known for", Units.Duration(now - first));
        }

        output.WriteLine();
        output.Write(explained.Evidence.Count == 0
            ? "No audit of its work is known.\n"
            : Evidence(explained.Evidence, now).Render(ink, width));

        void Line(string name, string value) => output.WriteLine($"{ink.Dim(name.PadRight(11))} {value}");
    }

    private static Sheet Evidence(IReadOnlyList<ReputationEntry> entries, DateTimeOffset now)
    {
        var sheet = new Sheet("AGE", "OUTCOME", ">RATIO", "REPORTER", "AUDITORS", ">WEIGHT", ">FOR", ">AGAINST", "EVIDENCE");
        foreach (ReputationEntry entry in entries)
        {
            sheet.Add(
                Units.Duration(now - entry.At),
                Outcome(entry.Outcome),
                Signed(entry.LogLikelihoodRatio),
                entry.Own ? "this node" : Units.ShortPeer(entry.Reporter),
                string.Join(", ", entry.Auditors.Select(Units.ShortPeer)),
                Number(entry.Weight),
                Number(entry.Passed),
                Number(entry.Failed),
                SheetCell.Dim(string.Join(", ", entry.Evidence.Select(e => e[..Math.Min(12, e.Length)]))));
        }

        return sheet;
    }

    public static SheetCell Outcome(string outcome) => outcome switch
    {
        "verified" => SheetCell.Good(outcome),
        "rejected" => SheetCell.Bad(outcome),
        "suspicious" => SheetCell.Warning(outcome),
        _ => outcome,
    };

    private static SheetCell State(ReputationStatus standing) =>
        standing.Exclusion is not null ? SheetCell.Bad("excluded")
        : standing.Newcomer ? SheetCell.Dim("newcomer")
        : SheetCell.Good("known");

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    private static string Count(double value) => Units.Count((long)Math.Round(value));
}
