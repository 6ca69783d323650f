using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>What a job wants to pay one provider by.</summary>
/// <param name="Provider">Who works.</param>
/// <param name="Payee">Where it is paid: its advert's payout address.</param>
/// <param name="Prices">What the job offers.</param>
/// <param name="Job">The job's row.</param>
/// <param name="JobId">16 bytes.</param>
/// <param name="Ceiling">The most that it may earn by this, in the smallest unit.</param>
internal sealed record PaymentRequest(
    PeerId Provider, Address Payee, Prices Prices, long Job, byte[] JobId, ulong Ceiling);
