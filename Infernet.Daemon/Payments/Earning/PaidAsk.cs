using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>Work that is offered with a payment: a job's, or an audit.</summary>
/// <param name="Payment">What is offered.</param>
/// <param name="Id">What its intent is for, 16 bytes.</param>
/// <param name="ModelRoot">The CID of the model.</param>
/// <param name="LeastCeiling">The least that the intent has to allow.</param>
/// <param name="IsAudit">Whether it is an audit, which has a part of the window to itself.</param>
internal sealed record PaidAsk(
    OfferPayment Payment, ByteString Id, ByteString ModelRoot, ulong LeastCeiling, bool IsAudit)
{
    public static PaidAsk Of(Offer offer) => new(offer.Payment, offer.JobId, offer.ModelRoot, 1, IsAudit: false);

    /// <param name="request">What is to be judged.</param>
    /// <param name="cost">What that comes to.</param>
    public static PaidAsk Of(AuditRequest request, ulong cost) => new(
        request.Payment, UnsafeByteOperations.UnsafeWrap(AuditBill.IdOf(request)), request.ModelRoot, cost,
        IsAudit: true);
}
