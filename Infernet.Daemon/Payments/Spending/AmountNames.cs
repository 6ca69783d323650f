using System.Collections.Concurrent;
using Infernet.Core.Payments;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Spending;

/// <summary>Shows amounts for people: with decimals as soon as the chain has said how many a mint has.</summary>
internal sealed class AmountNames
{
    private readonly ConcurrentDictionary<Address, Asset> _known = new() { [default] = Asset.Sol };

    public void Learn(Asset asset) => _known[new Address(asset.MintBytes)] = asset;

    /// <summary>
    /// The same by a contract of somebody's, which says how many decimals its mint has: it changes nothing that is known.
    /// </summary>
    public void Hear(Asset asset) => _known.TryAdd(new Address(asset.MintBytes), asset);

    /// <summary>The asset of a mint; one that nobody has told of has no decimals.</summary>
    public Asset AssetOf(Address mint) =>
        _known.TryGetValue(mint, out Asset? asset) ? asset : Asset.Of(mint.Span, 0);

    public string Show(Address mint, ulong amount) => _known.TryGetValue(mint, out Asset? asset)
        ? asset.Show(amount)
        : $"{amount} of the smallest units of {mint}";

    /// <summary>Everything that leaves, in one phrase.</summary>
    public string Show(Outflow outflow) =>
        outflow.IsEmpty ? "nothing" : string.Join(" and ", outflow.Amounts.Select(a => Show(a.Key, a.Value)));
}
