using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Blobs;

/// <summary>The names in a blob's own directory, &lt;store&gt;/&lt;root CID&gt;.</summary>
internal sealed class BlobFolder(string path)
{
    /// <summary>What a directory that is not a blob (yet, or any more) begins with; such ones are swept on opening.</summary>
    public const string TemporaryPrefix = ".tmp-";

    public BlobFolder(string store, Cid root)
        : this(System.IO.Path.Combine(store, root.ToString()))
    {
    }

    public string Path { get; } = path;

    /// <summary>The file itself, once it is whole.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    /// <summary>The file while it is being fetched: chunks at their places, holes between them.</summary>
    public string Partial => System.IO.Path.Combine(Path, "data.partial");

    /// <summary>The chunk index.</summary>
    public string Index => System.IO.Path.Combine(Path, "index");

    /// <summary>Which chunks of the partial file are there.</summary>
    public string Journal => System.IO.Path.Combine(Path, "journal");

    /// <summary>Its existence pins the blob.</summary>
    public string Pin => System.IO.Path.Combine(Path, "pinned");
}
