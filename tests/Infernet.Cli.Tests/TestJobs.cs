using Infernet.Core.Api;

namespace Infernet.Cli.Tests;

/// <summary>A job and what belongs to it, for tests of how they are shown.</summary>
internal static class TestJobs
{
    public static DateTimeOffset Began { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static JobStatus Job { get; } = new()
    {
        Id = "3f2a9c0d11223344556677889900aabb",
        State = "done",
        Kind = "chat",
        Model = "tiny",
        ModelCid = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
        CreatedAt = Began,
        FinishedAt = Began + TimeSpan.FromSeconds(12.4),
        TotalItems = 360,
        DoneItems = 360,
        FailedItems = 0,
        CompletionTokens = 2_412,
        PromptTokens = 9_000,
        Providers =
        [
            new JobProvider
            {
                PeerId = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA",
                Items = 240,
                Shards = 16,
                FailedShards = 0,
                CompletionTokens = 1_612,
                Receipts = 16,
                State = "done",
            },
            new JobProvider
            {
                PeerId = "12D3KooWRm8J3iL796zPFi2EtGGtUJn58AG67gcqzMFjUHQ6AAAA",
                Items = 120,
                Shards = 8,
                FailedShards = 1,
                CompletionTokens = 800,
                Receipts = 8,
                State = "lost",
                Detail = "connection closed",
            },
        ],
    };

    public static JobResult Result { get; } = new()
    {
        Index = 0,
        Output = "Paris",
        FinishReason = "stop",
        Provider = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA",
        Receipt = "00ff",
    };

    public static ReceiptView Receipt { get; } = new()
    {
        Hash = "00ff",
        Provider = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA",
        Shard = 0,
        Items = 15,
        CompletionTokens = 100,
        StartedAt = Began,
        FinishedAt = Began + TimeSpan.FromSeconds(2),
        Engine = "llama.cpp haswell",
        Verified = true,
        Envelope = "",
    };
}
