using System.Globalization;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Core.Payments;

/// <summary>
/// Holds a payment intent against what is expected of it, field by field. Pure: the first thing that is wrong is the
/// answer, as a sentence; null means that all of it is right. That its nonce is new is not known here.
/// </summary>
public static class IntentCheck
{
    /// <summary>What is wrong with an envelope, signature first; null if nothing is.</summary>
    public static string? FindProblem(
        ReadOnlySpan<byte> envelope, IntentExpectation expected, out PaymentIntent intent)
    {
        ArgumentNullException.ThrowIfNull(expected);
        if (!PaymentIntentEnvelope.TryOpen(envelope, out intent, out PeerId signer))
        {
            return "the payment intent is none, or its signature is wrong";
        }

        return Parties(intent, signer, expected) ?? Amounts(intent, expected) ?? Times(intent, expected);
    }

    private static string? Parties(PaymentIntent intent, PeerId signer, IntentExpectation expected)
    {
        if (signer != expected.Payer)
        {
            return $"the payment intent is signed by {signer}, the job is offered by {expected.Payer}";
        }

        if (!intent.Payer.Span.SequenceEqual(expected.Payer.Span))
        {
            return "the payment intent names another payer than its signer";
        }

        if (!intent.Payee.Span.SequenceEqual(expected.Payee.Span))
        {
            return $"the payment intent is for another provider than {expected.Payee}";
        }

        return !intent.JobId.Span.SequenceEqual(expected.JobId.Span) ? "the payment intent is for another job"
            : intent.Id.Length != PaymentIntentEnvelope.IdLength
                ? $"the payment intent's id has {intent.Id.Length} bytes, {PaymentIntentEnvelope.IdLength} are needed"
            : intent.Nonce.Length != PaymentIntentEnvelope.NonceLength
                ? $"its nonce has {intent.Nonce.Length} bytes, {PaymentIntentEnvelope.NonceLength} are needed"
            : null;
    }

    private static string? Amounts(PaymentIntent intent, IntentExpectation expected)
    {
        if (!expected.Asset.Is(intent.Mint))
        {
            return $"the payment intent is in {Asset.NameOf(intent.Mint)}; "
                + $"this node is paid in {Asset.NameOf(expected.Asset.Mint)}";
        }

        return intent.Ceiling < expected.LeastCeiling
            ? $"the payment intent ends at {expected.Asset.Show(intent.Ceiling)}; "
                + $"at least {expected.Asset.Show(expected.LeastCeiling)} are needed"
            : null;
    }

    private static string? Times(PaymentIntent intent, IntentExpectation expected)
    {
        long now = expected.Now.ToUnixTimeMilliseconds();
        long tolerance = (long)expected.ClockTolerance.TotalMilliseconds;
        if (intent.IssuedUnixMs > now + tolerance)
        {
            return $"the payment intent was made in the future, at {Show(intent.IssuedUnixMs)}; {Clocks(expected)}";
        }

        if (intent.ExpiresUnixMs < now - tolerance)
        {
            return $"the payment intent expired at {Show(intent.ExpiresUnixMs)}; {Clocks(expected)}";
        }

        // One that is good for ever would have to be remembered for ever. The first test keeps the difference small.
        return intent.ExpiresUnixMs > intent.IssuedUnixMs
            && intent.ExpiresUnixMs <= now + (long)expected.LongestLife.TotalMilliseconds + tolerance
                ? null
                : $"the payment intent is good from {Show(intent.IssuedUnixMs)} to {Show(intent.ExpiresUnixMs)}; "
                    + $"it must end after it begins, at most {expected.LongestLife.TotalHours} h from now";
    }

    private static string Clocks(IntentExpectation expected) =>
        $"it is {Show(expected.Now.ToUnixTimeMilliseconds())} here, and the clocks of the two may differ by "
        + $"{expected.ClockTolerance.TotalMinutes} minutes";

    // A time that no calendar has is shown as the number that it is.
    private static string Show(long unixMs) => unixMs is >= 0 and < 253_402_300_800_000
        ? DateTimeOffset.FromUnixTimeMilliseconds(unixMs)
            .ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
        : $"{unixMs} ms";
}
