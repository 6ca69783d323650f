using System.Globalization;
using System.Text.Json;

namespace Infernet.Solana.Tests.Node;

/// <summary>What @solana/kit makes of random inputs, computed once per run from a fixed seed.</summary>
internal static class KitVectors
{
    private const int Seed = 20260101;
    private const int Transactions = 400;

    private static readonly Lazy<Task<JsonDocument>> Document = new(async () => JsonDocument.Parse(
        await NodeScripts.RunAsync(
            "vectors.mjs",
            Seed.ToString(CultureInfo.InvariantCulture),
            Transactions.ToString(CultureInfo.InvariantCulture))));

    public static async Task<JsonElement> GetAsync(string name) => (await Document.Value).RootElement.GetProperty(name);

    public static async Task<JsonElement[]> ListAsync(string name)
    {
        JsonElement[] list = [.. (await GetAsync(name)).EnumerateArray()];
        Assert.That(list, Is.Not.Empty, name);
        return list;
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.Text(name));

    public static ulong UInt64(this JsonElement element, string name) =>
        ulong.Parse(element.Text(name), CultureInfo.InvariantCulture);
}
