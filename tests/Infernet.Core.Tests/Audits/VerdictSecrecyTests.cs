using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Audits;

/// <summary>What keeps verdicts from being copied before they are given, and denied afterwards.</summary>
[TestFixture]
public sealed class VerdictSecrecyTests
{
    private static readonly byte[] Salt = new byte[VerdictCommitment.SaltLength];
    private static readonly byte[] Verdict = [1, 2, 3];

    [Test]
    public void Commitment_ToAVerdict_FitsThatVerdictAndSaltAlone()
    {
        byte[] commitment = VerdictCommitment.Of(Salt, Verdict);
        byte[] otherSalt = [.. Salt];
        otherSalt[0] = 1;

        Assert.Multiple(() =>
        {
            Assert.That(VerdictCommitment.IsFor(commitment, Salt, Verdict), Is.True);
            Assert.That(VerdictCommitment.IsFor(commitment, otherSalt, Verdict), Is.False);
            Assert.That(VerdictCommitment.IsFor(commitment, Salt, [1, 2, 4]), Is.False);
            Assert.That(VerdictCommitment.IsFor(commitment, [], Verdict), Is.False);
            Assert.That(VerdictCommitment.IsFor([], Salt, Verdict), Is.False);
        });
    }

    // Without a fixed length, bytes could be moved between the salt and the verdict.
    [Test]
    public void Commitment_WithASaltOfAnotherLength_IsRefused() =>
        Assert.That(() => VerdictCommitment.Of([1], Verdict), Throws.ArgumentException);

    [Test]
    public void Acknowledgement_IsForThatVerdictAndAggregatorAlone()
    {
        var aggregator = NodeIdentity.Generate();
        byte[] hash = VerdictEnvelope.HashOf(Verdict);
        VerdictAcknowledged signed = VerdictAcknowledgement.Sign(aggregator, hash);

        Assert.Multiple(() =>
        {
            Assert.That(VerdictAcknowledgement.IsValid(signed, aggregator.Id, hash), Is.True);
            Assert.That(VerdictAcknowledgement.IsValid(signed, NodeIdentity.Generate().Id, hash), Is.False);
            Assert.That(VerdictAcknowledgement.IsValid(signed, aggregator.Id, VerdictEnvelope.HashOf([])), Is.False);
            Assert.That(VerdictAcknowledgement.IsValid(new VerdictAcknowledged(), aggregator.Id, hash), Is.False);
        });
    }
}
