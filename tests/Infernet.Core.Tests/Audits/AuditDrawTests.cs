using Infernet.Core.Audits;
using Infernet.Core.Receipts;

namespace Infernet.Core.Tests.Audits;

[TestFixture]
public sealed class AuditDrawTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Receipt = [.. Enumerable.Repeat((byte)7, 32)];

    private static IEnumerable<TestCaseData> Wrong()
    {
        uint[] picked = Picked(3);
        yield return Case("Secret", "does not commit", secret: Receipt);
        yield return Case("ShortSecret", "must have 32 bytes", secret: [1]);
        yield return Case("Rate", "does not commit", rate: 999_999);
        yield return Case("RateAboveOne", "at most 1000000", rate: 1_000_001);
        yield return Case("NotDrawn", "was not drawn", rate: 0, commitment: DrawCommitment.Of(Secret, 0));
        yield return Case("NoItems", "0 items were audited", audited: []);
        yield return Case("OtherItems", "other items", audited: [.. picked.Select(place => place + 1)]);
        yield return Case("OtherOrder", "other items", audited: [.. picked.Reverse()]);
        yield return Case("MoreThanThereAre", "21 items were audited of 20", audited: new uint[21]);
        yield return Case("PlaceBeyondAll", "other items", audited: [uint.MaxValue]);
    }

    [TestCaseSource(nameof(Wrong))]
    public void OpenedDraw_ThatIsWrong_IsRefused(
        byte[] commitment, byte[] secret, uint rate, uint[] audited, string reason) =>
        Assert.That(
            AuditDraw.FindProblem(commitment, secret, rate, Receipt, 20, audited, discretionary: false),
            Does.Contain(reason));

    [Test]
    public void OpenedDraw_ThatIsRight_HasNoProblem() => Assert.That(
        AuditDraw.FindProblem(
            DrawCommitment.Of(Secret, AuditDraw.Always), Secret, AuditDraw.Always, Receipt, 20, Picked(4), false),
        Is.Null);

    [Test]
    public void OpenedDraw_BeyondTheDraw_MustSayThatItIs() => Assert.That(
        AuditDraw.FindProblem(DrawCommitment.Of(Secret, 0), Secret, 0, Receipt, 20, Picked(2), discretionary: true),
        Is.Null);

    // Worked out from the definition by another program, so that another implementation can be held against it.
    [Test]
    public void Draw_OfKnownSecretAndReceipt_IsAsWrittenDown() => Assert.Multiple(() =>
    {
        Assert.That(AuditDraw.PickItems(Secret, Receipt, 1_000, 5), Is.EqualTo(KnownPick));
        Assert.That(AuditDraw.IsDrawn(Secret, Receipt, KnownFraction), Is.False);
        Assert.That(AuditDraw.IsDrawn(Secret, Receipt, KnownFraction + 1), Is.True);
    });

    [Test]
    public void IsDrawn_OverManyReceipts_FollowsTheRate()
    {
        int drawn = Enumerable.Range(0, 20_000).Count(i => AuditDraw.IsDrawn(Secret, BitConverter.GetBytes(i), 100_000));

        Assert.That(drawn, Is.EqualTo(2_000).Within(200));
    }

    [TestCase(0u, false)]
    [TestCase(1_000_000u, true)]
    public void IsDrawn_AtTheEnds_IsCertain(uint rate, bool expected) => Assert.That(
        Enumerable.Range(0, 500).Select(i => AuditDraw.IsDrawn(Secret, BitConverter.GetBytes(i), rate)),
        Is.All.EqualTo(expected));

    [Test]
    public void PickItems_OfFewItems_PicksEachOnce() =>
        Assert.That(AuditDraw.PickItems(Secret, Receipt, 3, 4), Is.EquivalentTo(new[] { 0, 1, 2 }));

    [Test]
    public void PickItems_OfMore_BeginsWithThoseOfFewer() => Assert.That(
        AuditDraw.PickItems(Secret, Receipt, 100, 50).Take(4),
        Is.EqualTo(AuditDraw.PickItems(Secret, Receipt, 100, 4)));

    [Test]
    public void PickItems_OfAClaimOfBillions_TakesLittle() =>
        Assert.That(AuditDraw.PickItems(Secret, Receipt, int.MaxValue, 4), Is.Unique.And.Count.EqualTo(4));

    [Test]
    public void PickItems_OverManyReceipts_PicksAllAlike()
    {
        int[] counts = new int[10];
        foreach (int i in Enumerable.Range(0, 5_000))
        {
            foreach (int place in AuditDraw.PickItems(Secret, BitConverter.GetBytes(i), 10, 4))
            {
                counts[place]++;
            }
        }

        Assert.That(counts, Is.All.EqualTo(2_000).Within(200));
    }

    private const uint KnownFraction = 450_218;
    private static readonly int[] KnownPick = [41, 58, 264, 279, 750];

    private static uint[] Picked(int count) =>
        [.. AuditDraw.PickItems(Secret, Receipt, 20, count).Select(place => (uint)place)];

    private static TestCaseData Case(
        string name, string reason, byte[]? commitment = null, byte[]? secret = null, uint rate = AuditDraw.Always,
        uint[]? audited = null) =>
        new TestCaseData(
            commitment ?? DrawCommitment.Of(Secret, AuditDraw.Always), secret ?? Secret, rate, audited ?? Picked(3),
            reason).SetArgDisplayNames(name);
}
