using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>What a job wants to pay one provider by, or a hearing an auditor.</summary>
/// <param name="Provider">Who works.</param>
/// <param name="Payee">Where it is paid: its advert's payout address.</param>
/// <param name="Prices">What the job offers.</param>
/// <param name="Job">The job's row; 0 if there is none.</param>
/// <param name="JobId">What the intent names, 16 bytes: a job's id, or that of an audit's bill.</param>
/// <param name="Ceiling">The most that it may earn by this, in the smallest unit.</param>
internal sealed record PaymentRequest(
    PeerId Provider, Address Payee, Prices Prices, long Job, byte[] JobId, ulong Ceiling)
{
    /// <summary>For how long the intent may be taken up; null for as long as is usual.</summary>
    public TimeSpan? Life { get; init; }

    /// <summary>Whether it is for an audit: the provider lends for that out of the same window as for shards.</summary>
    public bool IsAudit { get; init; }

    /// <summary>Whether it is paid by an escrow for this job alone.</summary>
    public bool ByEscrow { get; init; }
}
