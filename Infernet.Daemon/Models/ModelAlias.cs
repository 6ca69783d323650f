using Infernet.Core.Api;
using Infernet.Core.Multiformats;

namespace Infernet.Daemon.Models;

/// <summary>What a model may be called.</summary>
internal static class ModelAlias
{
    private const int MaxLength = 128;

    /// <summary>The name that a file suggests: its own without the ending.</summary>
    public static string FromFile(string path) => Path.GetFileNameWithoutExtension(path);

    /// <exception cref="ApiException">It can't be told from a CID or an option, or can't be typed.</exception>
    public static string Require(string alias)
    {
        bool fits = alias.Length is > 0 and <= MaxLength
            && alias[0] != '-'
            && alias.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/' or '@')
            && !Cid.TryParse(alias, out _);
        return fits
            ? alias
            : throw new ApiException(
                "invalid",
                $"'{alias}' can't be an alias: it should have 1 to {MaxLength} letters, digits and - _ . : / @, "
                + "not start with a dash, and be no CID. Give one with --alias");
    }

    /// <summary>A name that is free, for a model whose own name is taken or unknown.</summary>
    public static string Distinct(string? name, Cid root)
    {
        string text = root.ToString();
        return name is null ? text[^12..] : $"{name}-{text[^6..]}";
    }
}
