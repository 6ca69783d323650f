using System.Text.Json;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Tests.Node;

namespace Infernet.Solana.Tests.Keys;

public class ProgramAddressTests
{
    [Test]
    public async Task Find_RandomSeeds_AgreesWithKit()
    {
        foreach (JsonElement vector in await KitVectors.ListAsync("derived"))
        {
            ReadOnlyMemory<byte>[] seeds =
            [
                .. vector.GetProperty("seeds").EnumerateArray()
                    .Select(s => (ReadOnlyMemory<byte>)Convert.FromHexString(s.GetString()!)),
            ];
            (Address address, byte bump) = ProgramAddress.Find(KitInstructions.At(vector, "program"), seeds);
            Assert.That(address.ToString(), Is.EqualTo(vector.Text("address")));
            Assert.That(bump, Is.EqualTo(vector.GetProperty("bump").GetByte()));
        }
    }

    [Test]
    public async Task AssociatedToken_RandomOwners_AgreesWithKit()
    {
        foreach (JsonElement vector in await KitVectors.ListAsync("associated"))
        {
            Assert.That(
                AssociatedToken.Find(KitInstructions.At(vector, "owner"), KitInstructions.At(vector, "mint")),
                Is.EqualTo(KitInstructions.At(vector, "address")));
        }
    }

    [Test]
    public void Find_LongSeed_IsRefused() =>
        Assert.That(() => ProgramAddress.Find(default, new byte[33]), Throws.ArgumentException);

    [Test]
    public void Find_TooManySeeds_IsRefused() => Assert.That(
        () => ProgramAddress.Find(default, [.. Enumerable.Repeat(new ReadOnlyMemory<byte>([1]), 16)]),
        Throws.ArgumentException);
}
