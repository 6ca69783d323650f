using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Audits.Serving;

/// <summary>Puts what was judged into a signed verdict.</summary>
internal static class Verdicts
{
    public static byte[] Seal(
        NodeIdentity auditor, AuditRequest request, EngineDescription engine, PeerId aggregator,
        IReadOnlyList<ItemVerdict> items, DateTimeOffset now)
    {
        var verdict = new Verdict
        {
            RequestHash = UnsafeByteOperations.UnsafeWrap(AuditRequestHash.Of(request)),
            Auditor = auditor.Id.ToByteString(),
            Aggregator = aggregator.ToByteString(),
            ModelRoot = request.ModelRoot,
            Engine = engine,
            Exact = request.Exact,
            DecidedUnixUs = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        };
        verdict.Items.AddRange(items);
        return VerdictEnvelope.Seal(auditor, verdict);
    }
}
