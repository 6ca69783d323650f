using System.Text.Json;
using Infernet.Solana.Tests.Node;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Transactions;

public class CompactU16Tests
{
    [Test]
    public async Task Write_KitsVectors_GivesTheSameBytes()
    {
        foreach (JsonElement vector in await KitVectors.ListAsync("compact"))
        {
            int value = vector.GetProperty("value").GetInt32();
            var bytes = new List<byte>();
            CompactU16.Write(bytes, value);
            Assert.That(bytes, Is.EqualTo(vector.Hex("bytes")));
            Assert.That(CompactU16.TryRead([.. bytes, 0xff], out int read, out int length));
            Assert.That((read, length), Is.EqualTo((value, bytes.Count)));
        }
    }

    [TestCase("")]
    [TestCase("80")]
    [TestCase("ffff")]
    [TestCase("8000")]
    [TestCase("808000")]
    [TestCase("808004")]
    [TestCase("ffff04")]
    [TestCase("80808000")]
    public void TryRead_CutOffTooLargeOrNotShortest_IsRefused(string hex) =>
        Assert.That(CompactU16.TryRead(Convert.FromHexString(hex), out _, out _), Is.False);
}
