namespace Infernet.ContentStore.Exchange;

/// <summary>How a blob came here. Sizes in bytes.</summary>
public sealed record FetchReport
{
    /// <summary>Where the file lies, ready to be mapped.</summary>
    public required string Path { get; init; }

    /// <summary>The file's size.</summary>
    public required long Size { get; init; }

    /// <summary>What came from peers, the DAG's nodes included.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>What other blobs here already had.</summary>
    public required long BytesShared { get; init; }

    /// <summary>What an earlier, interrupted fetch had left.</summary>
    public required long BytesResumed { get; init; }

    /// <summary>Each provider that was tried.</summary>
    public required IReadOnlyList<PeerOutcome> Peers { get; init; }
}
