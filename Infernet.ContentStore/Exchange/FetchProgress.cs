namespace Infernet.ContentStore.Exchange;

/// <summary>How far a fetch has come. Sizes are 0 until the DAG is known.</summary>
public readonly record struct FetchProgress
{
    /// <summary>Bytes of the file that are here and verified, however they came.</summary>
    public required long BytesDone { get; init; }

    /// <summary>The file's size in bytes.</summary>
    public required long BytesTotal { get; init; }

    /// <summary>Bytes that came from peers in this fetch, the DAG's nodes included.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Bytes that other blobs here already had.</summary>
    public required long BytesShared { get; init; }

    /// <summary>Chunks that are here.</summary>
    public required int ChunksDone { get; init; }

    /// <summary>Chunks that the file has.</summary>
    public required int ChunksTotal { get; init; }

    /// <summary>Peers that are being fetched from at this moment.</summary>
    public required int Peers { get; init; }
}
