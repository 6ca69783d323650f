using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class AuditBillTests
{
    private static readonly Prices Dear = new()
    {
        InputPerMillionTokens = 1_500_000, OutputPerMillionTokens = 9_000_000, EnginePerHour = 1_000_000_000,
    };

    [Test]
    public void Amount_IsTheInputPriceOfAllTokensThatAreRead_RoundedUpOnce()
    {
        AuditRequest request = AuditExamples.Request();
        foreach (AuditItem item in request.Items)
        {
            item.Receipt.PromptTokens = 10;
            item.Receipt.TokenIds.Clear();
            item.Receipt.TokenIds.AddRange([1, 2, 3]);
        }

        // 26 tokens for one and a half each; two items of 19.5 would be 40.
        Assert.That(AuditBill.AmountOf(request, Dear), Is.EqualTo(39));
        request.Items[0].Receipt.PromptTokens++;
        Assert.That(AuditBill.AmountOf(request, Dear), Is.EqualTo(41));
    }

    [Test]
    public void Amount_OfWhatCannotBe_DoesNotOverflow()
    {
        AuditRequest request = AuditExamples.Request();
        foreach (AuditItem item in request.Items)
        {
            item.Receipt.PromptTokens = uint.MaxValue;
        }

        var dearest = new Prices { InputPerMillionTokens = Prices.MaxPrice };
        Assert.That(AuditBill.AmountOf(request, dearest), Is.GreaterThan(ulong.MaxValue / 4));
    }

    [Test]
    public void Id_FollowsFromTheRequestAndNotFromItsPayment()
    {
        AuditRequest request = AuditExamples.Request();
        byte[] id = AuditBill.IdOf(request);
        request.Payment = new OfferPayment { Prices = Dear.ToMessage() };

        Assert.That(id, Has.Length.EqualTo(AuditBill.IdLength));
        Assert.That(AuditBill.IdOf(request), Is.EqualTo(id));
        request.Nonce = ByteString.CopyFrom(Enumerable.Repeat((byte)9, AuditLimits.NonceLength).ToArray());
        Assert.That(AuditBill.IdOf(request), Is.Not.EqualTo(id));
    }
}
