using Infernet.Core.Multiformats;
using Infernet.Core.Payments;

namespace Infernet.Core.Tests.Payments;

[TestFixture]
public sealed class PaymentRequirementTests
{
    private const string MainnetGenesis = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d";

    [Test]
    public void Price_InX402sWords_HasItsFields()
    {
        Base58.TryDecode(MainnetGenesis, out byte[] genesis);

        PaymentRequirement requirement = PaymentRequirement.Of(
            12, Asset.Sol, new byte[32], genesis, TimeSpan.FromHours(1));

        const string SystemProgram = "11111111111111111111111111111111";
        Assert.That(requirement, Is.EqualTo(new PaymentRequirement(
            "batch-settlement", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "12", SystemProgram, SystemProgram, 3_600)));
    }
}
