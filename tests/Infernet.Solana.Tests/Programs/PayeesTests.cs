using Infernet.Solana.Keys;
using Infernet.Solana.Programs;

namespace Infernet.Solana.Tests.Programs;

public class PayeesTests
{
    [TestCase("11111111111111111111111111111111", "reserved")]
    [TestCase("SysvarC1ock11111111111111111111111111111111", "reserved")]
    [TestCase("Stake11111111111111111111111111111111111111", "reserved")]
    [TestCase("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", "program")]
    [TestCase("1nc1nerator11111111111111111111111111111111", "program")]
    public void FindProblem_NobodysAddress_SaysWhoseItIs(string address, string whose) =>
        Assert.That(Payees.FindProblem(Address.Parse(address)), Does.Contain(whose));

    [Test]
    public void FindWalletProblem_AddressOfAProgram_HasNoKey()
    {
        Address derived = AssociatedToken.Find(SolanaKey.Generate().Address, WellKnown.TokenProgram);
        Assert.That(Payees.FindProblem(derived), Is.Null);
        Assert.That(Payees.FindWalletProblem(derived), Does.Contain("no key"));
    }

    [Test]
    public void FindWalletProblem_PublicKey_IsNull() =>
        Assert.That(Payees.FindWalletProblem(SolanaKey.Generate().Address), Is.Null);
}
