using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Audits;

/// <summary>A request and a verdict on it, both right.</summary>
internal static class AuditExamples
{
    public static readonly NodeIdentity Auditor = NodeIdentity.Generate();
    public static readonly PeerId Aggregator = NodeIdentity.Generate().Id;
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static AuditRequest Request() => new()
    {
        Nonce = ByteString.CopyFrom(new byte[AuditLimits.NonceLength]),
        Kind = JobKind.Chat,
        ModelRoot = ByteString.CopyFrom(1, 2, 3),
        Sampling = new Sampling { TopP = 1, MaxTokens = 64, Seed = ulong.MaxValue, Stop = { "." } },
        Engine = Engine(),
        Items = { Item(0), Item(1) },
    };

    public static EngineDescription Engine() => new()
    {
        Name = "llama.cpp",
        Build = "0.5.0",
        CpuVariant = "x64",
        KvMode = "per-sequence",
        KvPrecision = "f16",
        Device = "cpu",
        Weights = "Q8_0",
        ContextTokens = 512,
    };

    public static Verdict Verdict(AuditRequest request) => new()
    {
        RequestHash = ByteString.CopyFrom(AuditRequestHash.Of(request)),
        Auditor = Auditor.Id.ToByteString(),
        Aggregator = Aggregator.ToByteString(),
        ModelRoot = request.ModelRoot,
        Engine = Engine(),
        Exact = request.Exact,
        DecidedUnixUs = Now.ToUnixTimeMilliseconds() * 1_000,
        Items =
        {
            request.Items.Select(item => new ItemVerdict
            {
                Tokens = (uint)item.Receipt.TokenIds.Count,
                MarginCounts = { (uint)item.Receipt.TokenIds.Count, new uint[MarginBins.Count - 1] },
            }),
        },
    };

    public static VerdictExpectation Expectation(AuditRequest request) => new()
    {
        Auditor = Auditor.Id,
        Aggregator = Aggregator,
        RequestHash = AuditRequestHash.Of(request),
        ModelRoot = request.ModelRoot.Memory,
        Exact = request.Exact,
        Items = request.Items.Count,
        Tokens = [.. request.Items.Select(item => item.Receipt.TokenIds.Count)],
        NotBefore = Now - TimeSpan.FromMinutes(1),
        NotAfter = Now + TimeSpan.FromMinutes(1),
    };

    private static AuditItem Item(ulong index)
    {
        var input = new Item
        {
            Index = index,
            Chat = new ChatMessages { Messages = { new ChatMessage { Role = "user", Content = "What?" } } },
        };
        var output = new ItemOutput { Index = index, Text = "That" };
        return new AuditItem
        {
            Input = input,
            Output = output,
            Receipt = new ItemReceipt
            {
                Index = index,
                InputHash = ByteString.CopyFrom(ItemHash.Of(input)),
                OutputHash = ByteString.CopyFrom(OutputHash.Of(output)),
                TokenIds = { 5, 6, 7 },
                CompletionTokens = 3,
                PromptTokens = 4,
                FinishReason = FinishReason.Stop,
            },
        };
    }
}
