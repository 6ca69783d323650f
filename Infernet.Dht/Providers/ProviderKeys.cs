using Infernet.Core.Multiformats;

namespace Infernet.Dht.Providers;

/// <summary>The names that Infernet's providers gather under.</summary>
public static class ProviderKeys
{
    /// <summary>Who serves the model with this root CID.</summary>
    public static ProviderKey Model(Cid root) => new($"infernet:model:{root}");

    /// <summary>Who has a file's content, or a part of it, by its root CID.</summary>
    public static ProviderKey Content(Cid root) => new($"infernet:content:{root}");

    /// <summary>
    /// Who has a capability, such as <c>engine</c> = <c>docker</c>, <c>gpu-memory</c> = <c>24</c>, <c>arch</c> =
    /// <c>x64</c>. Both are compared as lower-case text.
    /// </summary>
    public static ProviderKey Capability(string kind, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentException.ThrowIfNullOrEmpty(value);
        return new ProviderKey($"infernet:capability:{Lower(kind)}={Lower(value)}");
    }

    private static string Lower(string text) => text.ToLowerInvariant();
}
