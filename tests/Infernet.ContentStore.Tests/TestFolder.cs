using Infernet.ContentStore.Blobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.ContentStore.Tests;

/// <summary>A directory of one test, with the stores and files in it; gone with it.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("infernet-content-").FullName;

    public string StorePath(string name = "blobs") => System.IO.Path.Combine(Path, name);

    public BlobStore Open(string name = "blobs", Func<BlobStoreOptions, BlobStoreOptions>? change = null)
    {
        var options = new BlobStoreOptions { Directory = StorePath(name) };
        return BlobStore.Open(change?.Invoke(options) ?? options, NullLoggerFactory.Instance);
    }

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
