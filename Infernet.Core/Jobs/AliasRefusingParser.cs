using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Infernet.Core.Jobs;

/// <summary>
/// Refuses aliases, which let a few lines unfold to gigabytes, and nesting deeper than any specification has.
/// </summary>
internal sealed class AliasRefusingParser(IParser inner) : IParser
{
    private const int MaxDepth = 32;
    private int _depth;

    public ParsingEvent? Current => inner.Current;

    public bool MoveNext()
    {
        if (!inner.MoveNext())
        {
            return false;
        }

        if (inner.Current is AnchorAlias alias)
        {
            throw new YamlException(alias.Start, alias.End, "aliases (*name) are not allowed here");
        }

        _depth += inner.Current is { } current ? current.NestingIncrease : 0;
        return _depth <= MaxDepth
            ? true
            : throw new YamlException(inner.Current!.Start, inner.Current.End, $"nested deeper than {MaxDepth} levels");
    }
}
