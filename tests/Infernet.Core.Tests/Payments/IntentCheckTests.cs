using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Payments;

/// <summary>One rule each: an intent that breaks it is refused for that reason.</summary>
[TestFixture]
public sealed class IntentCheckTests
{
    private static readonly NodeIdentity Payer = NodeIdentity.Generate();
    private static readonly PeerId Payee = NodeIdentity.Generate().Id;
    private static readonly byte[] JobId = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case("Payer", i => i.Payer = Payee.ToByteString(), "another payer");
        yield return Case("Payee", i => i.Payee = Payer.Id.ToByteString(), "another provider");
        yield return Case("Job", i => i.JobId = ByteString.Empty, "another job");
        yield return Case("Id", i => i.Id = ByteString.Empty, "id has 0 bytes, 16 are needed");
        yield return Case("Nonce", i => i.Nonce = ByteString.CopyFrom(new byte[33]), "nonce has 33 bytes");
        yield return Case("Mint", i => i.Mint = ByteString.CopyFrom([.. JobId, .. JobId]), "paid in SOL");
        yield return Case("MintLength", i => i.Mint = ByteString.CopyFrom(1), "a mint of 1 bytes");
        yield return Case("Ceiling", i => i.Ceiling = 9, "ends at 0.000000009 SOL; at least 0.00000001 SOL");
        yield return Case("Future", i => i.IssuedUnixMs += 121_000, "made in the future, at 2023-11-14 22:15:21 UTC");
        yield return Case("Expired", i => i.ExpiresUnixMs = i.IssuedUnixMs - 121_000, "expired at");
        yield return Case("Backwards", i => i.ExpiresUnixMs = i.IssuedUnixMs, "end after it begins");
        yield return Case("Long", i => i.ExpiresUnixMs += 86_400_000, "at most 24 h");
        yield return Case("Overflow", i => (i.IssuedUnixMs, i.ExpiresUnixMs) = (long.MinValue, long.MaxValue), "24 h");
        yield return Case("Never", i => (i.IssuedUnixMs, i.ExpiresUnixMs) = (long.MinValue, long.MinValue), "expired");
    }

    [TestCaseSource(nameof(Wrong))]
    public void Intent_ThatBreaksARule_IsRefusedForIt(Action<PaymentIntent> spoil, string reason)
    {
        PaymentIntent intent = Good();
        spoil(intent);

        Assert.That(Problem(PaymentIntentEnvelope.Seal(Payer, intent)), Does.Contain(reason));
    }

    [TestCase(-119_000)]
    [TestCase(0)]
    [TestCase(119_000)]
    public void Intent_WithinTheClocksTolerance_IsRight(int skewMs)
    {
        PaymentIntent intent = Good();
        (intent.IssuedUnixMs, intent.ExpiresUnixMs) = (intent.IssuedUnixMs + skewMs, intent.ExpiresUnixMs + skewMs);

        Assert.That(Problem(PaymentIntentEnvelope.Seal(Payer, intent)), Is.Null);
    }

    [Test]
    public void Intent_SignedBySomebodyElse_IsRefused() =>
        Assert.That(
            Problem(PaymentIntentEnvelope.Seal(NodeIdentity.Generate(), Good())), Does.Contain("the job is offered by"));

    [Test]
    public void Envelope_ThatIsTooLargeOrBroken_IsRefused()
    {
        byte[] envelope = PaymentIntentEnvelope.Seal(Payer, Good());
        byte[] flipped = [.. envelope];
        flipped[^1] ^= 1;

        Assert.That(Problem(flipped), Does.Contain("signature is wrong"));
        Assert.That(Problem(new byte[PaymentIntentEnvelope.MaxSize + 1]), Does.Contain("signature is wrong"));
    }

    [Test]
    public void AnyBytes_GiveAnIntentOrAProblem()
    {
        var random = new Random(3);
        byte[] good = PaymentIntentEnvelope.Seal(Payer, Good());
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = [.. good];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Assert.That(() => Problem(bytes[..random.Next(bytes.Length + 1)]), Throws.Nothing);
        }
    }

    private static string? Problem(byte[] envelope) =>
        IntentCheck.FindProblem(
            envelope,
            new IntentExpectation
            {
                Payer = Payer.Id, Payee = Payee, JobId = JobId, Asset = Asset.Sol, Now = Now, LeastCeiling = 10,
            },
            out _);

    private static PaymentIntent Good() => new()
    {
        Id = ByteString.CopyFrom(JobId),
        Payer = Payer.Id.ToByteString(),
        Payee = Payee.ToByteString(),
        JobId = ByteString.CopyFrom(JobId),
        Ceiling = 10,
        IssuedUnixMs = Now.ToUnixTimeMilliseconds(),
        ExpiresUnixMs = Now.AddHours(1).ToUnixTimeMilliseconds(),
        Nonce = ByteString.CopyFrom(new byte[32]),
    };

    private static TestCaseData Case(string name, Action<PaymentIntent> spoil, string reason) =>
        new TestCaseData(spoil, reason).SetArgDisplayNames(name);
}
