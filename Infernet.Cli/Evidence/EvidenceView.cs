using System.Globalization;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Evidence;

/// <summary>Shows to people what was found in an evidence file.</summary>
internal static class EvidenceView
{
    public static void Write(TextWriter output, Ink ink, EvidenceFileView file)
    {
        foreach (EvidenceCaseView found in file.Cases)
        {
            Write(output, ink, found);
            output.WriteLine();
        }

        int sound = file.Cases.Count(c => c.Verified);
        string summary = $"{sound} of {file.Cases.Count} cases hold";
        output.WriteLine(file.Verified ? ink.Green(summary) : ink.Red(summary));
        output.WriteLine($"hash {file.Hash}");
    }

    private static void Write(TextWriter output, Ink ink, EvidenceCaseView found)
    {
        output.WriteLine(
            $"{ink.Bold("provider")} {found.Provider ?? "-"}, work of {found.FinishedAt?.ToString("u", CultureInfo.InvariantCulture) ?? "-"}"
            + $" for {found.Aggregator ?? "-"}");
        foreach (EvidenceVerdictView verdict in found.Verdicts)
        {
            output.WriteLine($"  verdict of {verdict.Auditor ?? "an unknown auditor"}");
            if (verdict.Passed.Count > 0)
            {
                output.WriteLine($"    {ink.Green("ok")}      {string.Join(", ", verdict.Passed)}");
            }

            if (verdict.Failed is { } failed)
            {
                output.WriteLine($"    {ink.Red("failed")}  {failed}: {ink.Safe(verdict.Problem ?? "")}");
            }
        }

        output.WriteLine(found.Problem is { } problem
            ? $"  {ink.Red("failed")}    {ink.Safe(problem)}"
            : $"  {ink.Green("ok")}        inputs and outputs are those that were signed for and audited");
        if (found.Outcome is { } outcome)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  the work is {outcome} (log-likelihood ratio {found.LogLikelihoodRatio:+0.0;-0.0;0.0})"));
        }
    }
}
