using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;

namespace Infernet.Cli.Payments;

/// <summary>Assets as the API names them.</summary>
internal static class Assets
{
    public static Asset Of(AssetView view) => view.Mint is { } mint && Base58.TryDecode(mint, out byte[] bytes)
        ? Asset.Of(bytes, view.Decimals)
        : Asset.Sol;
}
