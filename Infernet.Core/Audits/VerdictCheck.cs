using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using static Infernet.Core.Schemas.ItemVerdict.Types;

namespace Infernet.Core.Audits;

/// <summary>
/// Holds an auditor's verdict against what it was asked. Pure: the first thing that is wrong is the answer, as a
/// sentence; null means that it is a verdict. Whether it is right is for other auditors to say.
/// </summary>
public static class VerdictCheck
{
    /// <summary>What is wrong with an envelope, signature first; null if nothing is.</summary>
    public static string? FindProblem(ReadOnlySpan<byte> envelope, VerdictExpectation expected, out Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(expected);
        if (!VerdictEnvelope.TryOpen(envelope, out verdict, out PeerId signer))
        {
            return "the verdict is no verdict, or its signature is wrong";
        }

        if (expected.Auditor is { } auditor && signer != auditor)
        {
            return $"the verdict is signed by {signer}, {auditor} was asked";
        }

        return !verdict.Auditor.Span.SequenceEqual(signer.Span) ? "the verdict names another auditor than its signer"
            : Names(verdict, expected) ?? Items(verdict, expected);
    }

    private static string? Names(Verdict verdict, VerdictExpectation expected)
    {
        if (!verdict.Aggregator.Span.SequenceEqual(expected.Aggregator.Span))
        {
            return "the verdict names another aggregator";
        }

        if (!verdict.RequestHash.Span.SequenceEqual(expected.RequestHash.Span))
        {
            return "the verdict is about another request";
        }

        if (!verdict.ModelRoot.Span.SequenceEqual(expected.ModelRoot.Span))
        {
            return "the verdict is about another model";
        }

        if (verdict.Exact != expected.Exact)
        {
            return expected.Exact
                ? "every bit was asked for, not a tolerance"
                : "a tolerance was asked for, not every bit";
        }

        return verdict.DecidedUnixUs < Microseconds(expected.NotBefore)
            || verdict.DecidedUnixUs > Microseconds(expected.NotAfter)
            ? "the verdict's time is not one at which it can have been given; is the auditor's clock right?"
            : EngineCheck.FindProblem(verdict.Engine);
    }

    private static string? Items(Verdict verdict, VerdictExpectation expected)
    {
        if (verdict.Items.Count != expected.Items)
        {
            return $"the verdict covers {verdict.Items.Count} items, {expected.Items} were asked about";
        }

        for (int i = 0; i < verdict.Items.Count; i++)
        {
            string? problem = Item(verdict.Items[i], expected.Tokens?[i]);
            if (problem is not null)
            {
                return $"item {i} of the verdict: {problem}";
            }
        }

        return null;
    }

    private static string? Item(ItemVerdict item, int? tokens)
    {
        if (item.Faults.Count != item.Faults.Distinct().Count() || item.Faults.Any(IsUnknown))
        {
            return "its faults are not known ones, each at most once";
        }

        if (item.MarginCounts.Count is not (0 or MarginBins.Count))
        {
            return $"its margins are in {item.MarginCounts.Count} bins, there are {MarginBins.Count}";
        }

        if (item.MarginCounts.Sum(count => (long)count) != item.Tokens)
        {
            return $"{item.Tokens} tokens were scored, but its bins hold {item.MarginCounts.Sum(c => (long)c)}";
        }

        if (item.Tokens > AuditLimits.MaxTokens || item.Tokens > tokens)
        {
            return "more tokens were scored than the answer has";
        }

        return item.Faults.Count == 0 && item.Tokens < tokens
            ? $"{item.Tokens} of {tokens} tokens were scored, and no fault says why"
            : null;
    }

    private static bool IsUnknown(Fault fault) => fault == Fault.None || !Enum.IsDefined(fault);

    private static long Microseconds(DateTimeOffset time) =>
        (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
