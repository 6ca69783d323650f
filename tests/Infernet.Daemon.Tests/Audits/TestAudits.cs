using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Audits.Serving;

namespace Infernet.Daemon.Tests.Audits;

/// <summary>Requests, verdicts and cases that are right, for tests to spoil.</summary>
internal static class TestAudits
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    public static Cid Model { get; } = Cid.OfRaw([1]);

    public static EngineDescription Engine => new() { Name = "llama.cpp", Weights = "Q8_0", Device = "cpu" };

    public static AuditRequest Request(int items = 2, int tokens = 16)
    {
        var request = new AuditRequest
        {
            Nonce = ByteString.CopyFrom(new byte[AuditLimits.NonceLength]),
            Kind = JobKind.Completion,
            ModelRoot = ByteString.CopyFrom(Model.ToBytes()),
            Sampling = new Sampling { TopP = 1, MaxTokens = 64 },
            Engine = Engine,
        };
        for (int i = 0; i < items; i++)
        {
            request.Items.Add(Item((ulong)i, tokens));
        }

        return request;
    }

    public static AuditItem Item(ulong index, int tokens)
    {
        var input = new Item { Index = index, Prompt = $"question {index}" };
        var output = new ItemOutput { Index = index, Text = $"the answer to question {index}, at some length" };
        var receipt = new ItemReceipt
        {
            Index = index,
            InputHash = ByteString.CopyFrom(ItemHash.Of(input)),
            OutputHash = ByteString.CopyFrom(OutputHash.Of(output)),
            PromptTokens = 4,
            CompletionTokens = (uint)tokens,
            FinishReason = FinishReason.Stop,
        };
        receipt.TokenIds.AddRange(Enumerable.Range(0, tokens).Select(t => (uint)(100 * (int)(index + 1) + t)));
        return new AuditItem { Receipt = receipt, Input = input, Output = output };
    }

    public static AuditCase Case(PeerId? provider = null, AuditRequest? request = null) => new()
    {
        Provider = provider ?? NodeIdentity.Generate().Id,
        Model = Model,
        Request = request ?? Request(),
        OpenedAt = Now,
    };

    /// <summary>What an honest auditor finds in right answers; with a fault, what it finds in wrong ones.</summary>
    public static ItemVerdict[] Items(AuditRequest request, params ItemVerdict.Types.Fault[] faults) =>
    [
        .. request.Items.Select(item =>
        {
            var verdict = new ItemVerdict { Tokens = (uint)item.Receipt.TokenIds.Count, Faults = { faults } };
            uint[] bins = new uint[MarginBins.Count];
            bins[MarginBins.Zero] = verdict.Tokens;
            verdict.MarginCounts.AddRange(bins);
            return verdict;
        }),
    ];

    public static byte[] Envelope(
        NodeIdentity auditor, PeerId aggregator, AuditRequest request, params ItemVerdict.Types.Fault[] faults) =>
        Verdicts.Seal(auditor, request, Engine, aggregator, Items(request, faults), Now);

    public static ShardFinding Verified { get; } = new(ShardOutcome.Verified, -2);

    public static ShardFinding Suspicious { get; } = new(ShardOutcome.Suspicious, 3);

    public static ShardFinding Rejected { get; } = new(ShardOutcome.Rejected, 20);

    public static ShardFinding NotJudged { get; } = new(ShardOutcome.Void, 0);

    public static Testimony Testimony(PeerId auditor, ShardFinding finding) =>
        new(auditor, [1], new Verdict(), finding);

    public static PeerId[] SomePeers(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => NodeIdentity.Generate().Id)];
}
