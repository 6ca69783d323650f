using Google.Protobuf;
using Infernet.Core.Payments;
using Infernet.Daemon.Audits.Paying;

namespace Infernet.Daemon.Tests.Audits.Paying;

[TestFixture]
public sealed class AuditAllowanceTests
{
    private static readonly AuditAllowance Allowance = new()
    {
        Mint = ByteString.Empty, Judged = new Usage(100, 10), PaidBy = Of(2),
    };

    [Test]
    public void FreeWork_PaysNoAuditor() =>
        Assert.That((Allowance with { PaidBy = null }).Most([Of(5), Of(5)]), Is.Zero);

    [Test]
    public void FreeWork_OfAnOwnerWhoNamedABudget_PaysTheMiddlePrice() => Assert.That(
        (Allowance with { PaidBy = null, PaysForFreeWork = true }).Most([Of(5), Of(0), Of(7), Of(100)]),
        Is.EqualTo(7 * 120));

    [Test]
    public void Audit_CostsAtMostTheWork() => Assert.That(Allowance.Most([]), Is.EqualTo(2 * 120));

    [Test]
    public void Cheat_ThatAsksNextToNothing_IsJudgedAtThePriceOfTheOthers() => Assert.That(
        (Allowance with { PaidBy = Of(1) }).Most([Of(1), Of(9)]), Is.EqualTo(9 * 120));

    [Test]
    public void Auditor_ThatAsksFarMoreThanTheOthers_RaisesNothing() =>
        Assert.That(Allowance.Most([Of(2), Of(3), Of(1_000_000)]), Is.EqualTo(3 * 120));

    [Test]
    public void OtherMints_DontCount() => Assert.That(
        Allowance.Most([Of(1_000) with { Mint = ByteString.CopyFrom(new byte[31].Append((byte)1).ToArray()) }]),
        Is.EqualTo(2 * 120));

    [Test]
    public void Prices_OfAnotherMintOrAboveTheLimit_AreNotAllowed()
    {
        AuditAllowance limited = Allowance with { Limit = Of(3) };
        Assert.That(limited.Allows(Of(3)), Is.True);
        Assert.That(limited.Allows(Of(4)), Is.False);
        Assert.That(
            Allowance.Allows(Of(1) with { Mint = ByteString.CopyFrom(new byte[31].Append((byte)1).ToArray()) }), Is.False);
    }

    // So much for a token read, twice that for one generated.
    private static Prices Of(ulong price) => new()
    {
        InputPerMillionTokens = price * 1_000_000, OutputPerMillionTokens = 2 * price * 1_000_000,
    };
}
