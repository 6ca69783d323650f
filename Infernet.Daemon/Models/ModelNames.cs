using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Adverts;

namespace Infernet.Daemon.Models;

/// <summary>
/// Turns what a person calls a model into its CID: a CID stands for itself, then this node's aliases count, then the
/// names under which others serve.
/// </summary>
internal sealed class ModelNames(ModelCatalog catalog, AdvertDirectory adverts)
{
    private const int MaxShown = 20;

    /// <exception cref="ApiException">Nobody known has such a model, or several have different ones of that name.</exception>
    public Cid Resolve(string model)
    {
        if (catalog.FindAlias(model) is { } own)
        {
            return own.Root;
        }

        if (Cid.TryParse(model, out Cid root))
        {
            return root;
        }

        ILookup<string, Cid> served = Served();
        Cid[] named = [.. served[model]];
        return named.Length switch
        {
            1 => named[0],
            0 => throw new ApiException("not-found", Unknown(model, served)),
            _ => throw new ApiException(
                "invalid",
                $"'{model}' is the name of {named.Length} different models; say which by its CID",
                [.. named.Select(c => c.ToString())]),
        };
    }

    /// <summary>What the peers that serve a model call it; null if nobody known serves it.</summary>
    public string? NameOf(Cid root) => adverts.All()
        .Select(a => a.Models.GetValueOrDefault(root)?.Name)
        .FirstOrDefault(name => !string.IsNullOrEmpty(name));

    private ILookup<string, Cid> Served() => adverts.All()
        .SelectMany(a => a.Models)
        .Select(m => (m.Value.Name, Root: m.Key))
        .Distinct()
        .ToLookup(m => m.Name, m => m.Root);

    private string Unknown(string model, ILookup<string, Cid> served)
    {
        string[] known = [.. catalog.All().Select(e => e.Alias).Concat(served.Select(s => s.Key)).Distinct().Order()];
        return known.Length == 0
            ? $"No model is called '{model}': neither this node nor any peer that it knows serves one. "
                + "Add one with 'infernet model add FILE', or join a network with 'infernet peers connect ADDRESS'"
            : $"No model is called '{model}'. Served are: {string.Join(", ", known.Take(MaxShown))}"
                + (known.Length > MaxShown ? $" and {known.Length - MaxShown} more" : "");
    }
}
