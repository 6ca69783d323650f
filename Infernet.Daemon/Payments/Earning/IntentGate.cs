using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Lets each payment intent in once. What was let in is durable before it counts, so that a restart forgets no nonce;
/// a nonce is kept until its intent would be refused for its age, by a clock that is behind as far as is allowed.
/// </summary>
internal sealed class IntentGate(PeerId self, NonceTable nonces, EarningOptions options, TimeProvider time)
{
    /// <summary>What is wrong with an offer's intent, as a sentence; null if nothing is. Takes nothing up yet.</summary>
    public string? FindProblem(PaidAsk ask, PeerId payer, Asset asset, out PaymentIntent intent) =>
        IntentCheck.FindProblem(
            ask.Payment.IntentEnvelope.Span, Expectation(ask, payer, asset), out intent);

    /// <summary>Takes up an intent in which nothing is wrong.</summary>
    /// <returns>Null, or why that can't be.</returns>
    public Task<string?> TakeAsync(PaymentIntent intent, PeerId payer, CancellationToken cancellationToken) =>
        nonces.TakeAsync(
            intent.Nonce.ToByteArray(), payer,
            DateTimeOffset.FromUnixTimeMilliseconds(intent.ExpiresUnixMs) + (2 * options.ClockTolerance), time.GetUtcNow(),
            options.MaxNoncesPerPayer, cancellationToken);

    private IntentExpectation Expectation(PaidAsk ask, PeerId payer, Asset asset) => new()
    {
        Payer = payer, Payee = self, JobId = ask.Id.Memory, Asset = asset, Now = time.GetUtcNow(),
        LeastCeiling = ask.LeastCeiling, ClockTolerance = options.ClockTolerance,
    };
}
