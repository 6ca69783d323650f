using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Core.Tests.Evidence;

namespace Infernet.Core.Tests.Reputation;

/// <summary>Observations as checked evidence leaves them, one a minute.</summary>
internal sealed class TestFacts
{
    public static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private int _count;

    public DateTimeOffset Now { get; set; } = Start;

    public static PeerId Peer(int number) => TestEvidence.Identity(number).Id;

    public Observation Receipt(PeerId aggregator, PeerId provider, long tokens) => Next(provider, aggregator) with
    {
        Kind = ObservationKind.Receipt, Tokens = tokens,
    };

    public Observation Passed(PeerId aggregator, PeerId provider, PeerId? auditor = null) =>
        Audit(aggregator, provider, auditor, new ShardFinding(ShardOutcome.Verified, -5));

    public Observation Rejected(PeerId aggregator, PeerId provider, PeerId? auditor = null) =>
        Audit(aggregator, provider, auditor, new ShardFinding(ShardOutcome.Rejected, 30));

    /// <summary>A rejected shard in which answers were judged that have these keys.</summary>
    public Observation Rejected(PeerId aggregator, PeerId provider, params UInt128[] contents) =>
        Audit(aggregator, provider, null, new ShardFinding(ShardOutcome.Rejected, 30)
        {
            Items = [.. contents.Select(c => new JudgedItem(c, IsVoid: false, IsWrong: false, [30.0 / contents.Length]))],
        });

    public Observation Doubtful(PeerId aggregator, PeerId provider) =>
        Audit(aggregator, provider, null, new ShardFinding(ShardOutcome.Suspicious, 3));

    private Observation Audit(PeerId aggregator, PeerId provider, PeerId? auditor, ShardFinding finding) =>
        Next(provider, aggregator) with
        {
            Kind = ObservationKind.Audit, Auditor = auditor ?? aggregator, Finding = finding, Tokens = 256,
        };

    private Observation Next(PeerId provider, PeerId aggregator)
    {
        Now += TimeSpan.FromMinutes(1);
        _count++;
        return new Observation
        {
            Id = $"{_count:x64}",
            Kind = ObservationKind.Receipt,
            Provider = provider,
            Aggregator = aggregator,
            Work = $"work {_count}",
            At = Now,
        };
    }
}
