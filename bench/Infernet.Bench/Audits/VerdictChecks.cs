using System.Diagnostics;
using Google.Protobuf;
using Infernet.Bench.Reporting;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Bench.Audits;

/// <summary>How many verdicts a core checks a second: envelope, signature, names, times and counts.</summary>
internal static class VerdictChecks
{
    private const int ItemTokens = 64;
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(2);

    public static void Run(BenchReport report)
    {
        var auditor = NodeIdentity.Generate();
        PeerId aggregator = NodeIdentity.Generate().Id;
        byte[] hash = new byte[32];
        byte[] envelope = VerdictEnvelope.Seal(auditor, Verdict(auditor.Id, aggregator, hash));
        var expectation = new VerdictExpectation
        {
            Auditor = auditor.Id,
            Aggregator = aggregator,
            RequestHash = hash,
            ModelRoot = hash,
            Exact = false,
            Items = AuditDraw.DefaultItems,
            Tokens = [.. Enumerable.Repeat(ItemTokens, AuditDraw.DefaultItems)],
            NotBefore = DateTimeOffset.UnixEpoch,
            NotAfter = DateTimeOffset.UnixEpoch.AddDays(1),
        };
        (long start, int count) = (Stopwatch.GetTimestamp(), 0);
        while (Stopwatch.GetElapsedTime(start) < Lasting)
        {
            if (VerdictCheck.FindProblem(envelope, expectation, out _) is { } problem)
            {
                throw new InvalidOperationException(problem);
            }

            count++;
        }

        report.Add("verdicts checked on a core", count / Stopwatch.GetElapsedTime(start).TotalSeconds, "1/s");
    }

    private static Verdict Verdict(PeerId auditor, PeerId aggregator, byte[] hash) => new()
    {
        RequestHash = ByteString.CopyFrom(hash),
        ModelRoot = ByteString.CopyFrom(hash),
        Auditor = auditor.ToByteString(),
        Aggregator = aggregator.ToByteString(),
        Engine = new EngineDescription { Name = "llama.cpp" },
        DecidedUnixUs = 1,
        Items =
        {
            Enumerable.Range(0, AuditDraw.DefaultItems).Select(_ => new ItemVerdict
            {
                Tokens = ItemTokens,
                MarginCounts = { ItemTokens, new uint[MarginBins.Count - 1] },
            }),
        },
    };
}
