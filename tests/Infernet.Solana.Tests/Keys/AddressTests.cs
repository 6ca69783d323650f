using System.Text.Json;
using Infernet.Solana.Keys;
using Infernet.Solana.Tests.Node;

namespace Infernet.Solana.Tests.Keys;

public class AddressTests
{
    [Test]
    public async Task Text_KitsVectors_IsTheSameBothWays()
    {
        foreach (JsonElement vector in await KitVectors.ListAsync("addresses"))
        {
            var address = new Address(vector.Hex("bytes"));
            Assert.That(address.ToString(), Is.EqualTo(vector.Text("text")));
            Assert.That(Address.Parse(vector.Text("text")), Is.EqualTo(address));
        }
    }

    [TestCase("")]
    [TestCase("1111111111111111111111111111111")]
    [TestCase("111111111111111111111111111111111")]
    [TestCase("0OIl1111111111111111111111111111")]
    [TestCase("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [TestCase("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA1")]
    public void Parse_NoAddress_SaysWhatIsNeeded(string text)
    {
        Assert.That(Address.TryParse(text, out _), Is.False);
        Assert.That(() => Address.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains("32 bytes"));
    }

    [Test]
    public void Equality_OneByteDiffers_IsFalse()
    {
        byte[] bytes = new byte[32];
        var one = new Address(bytes);
        bytes[31] = 1;
        Assert.That(one == new Address(bytes), Is.False);
        Assert.That(one, Is.EqualTo(default(Address)));
        Assert.That(one.ToString(), Is.EqualTo("11111111111111111111111111111111"));
    }
}
