using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Tests.Payments.Earning;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Audits.Serving;

/// <summary>An earner, and a request that pays it as much as it asks.</summary>
internal sealed class PaidAudit : IAsyncDisposable
{
    /// <summary>Two items of 4 prompt tokens and 16 of the answer, for one each.</summary>
    public const ulong Cost = 40;

    private readonly ChannelState _channel;

    public PaidAudit(NodeIdentity payer)
    {
        Bench = new EarningBench { Payer = payer };
        _channel = Bench.OpenChannel();
        Request = Paying(TestAudits.Request());
    }

    public EarningBench Bench { get; }

    public AuditRequest Request { get; }

    /// <summary>What the payer owes.</summary>
    public async Task<ulong> OwedAsync() =>
        (await Bench.Earner.ReportAsync(EarningsGrouping.Kind, DateTimeOffset.UnixEpoch, default)).Total.Unpaid;

    /// <summary>For how much audits of this size may be begun now.</summary>
    public async Task<ulong> RoomAsync()
    {
        var begun = new List<AuditAccount>();
        while (await Bench.Earner.AcceptAuditAsync(Paying(TestAudits.Request()), Bench.Payer.Id, default)
            is AuditAnswer.Paid paid)
        {
            begun.Add(paid.Account);
        }

        begun.ForEach(a => a.Dispose());
        return (ulong)begun.Count * Cost;
    }

    /// <summary>Whether all of the channel's deposit can be asked for, since nothing of it is set aside.</summary>
    public async Task<bool> IsChannelFreeAsync()
    {
        AuditAnswer answer = await Bench.Earner.AcceptAuditAsync(
            Paying(TestAudits.Request(), _channel.Deposit), Bench.Payer.Id, default);
        (answer as AuditAnswer.Paid)?.Account.Dispose();
        return answer is AuditAnswer.Paid;
    }

    public ValueTask DisposeAsync() => Bench.DisposeAsync();

    private AuditRequest Paying(AuditRequest request, ulong ceiling = Cost)
    {
        PaymentIntent intent = Bench.Intent(ceiling);
        intent.JobId = ByteString.CopyFrom(AuditBill.IdOf(request));
        request.Payment = new OfferPayment
        {
            IntentEnvelope = ByteString.CopyFrom(PaymentIntentEnvelope.Seal(Bench.Payer, intent)),
            Channel = Bench.Reference(_channel), Prices = Bench.Options.Prices.Clone(),
        };
        return request;
    }
}
