using Google.Protobuf;
using Infernet.Core.Schemas;
using Infernet.Execution.Challenges;

namespace Infernet.Execution.Tests.Challenges;

[TestFixture]
public sealed class MatrixCheckTests
{
    private static readonly byte[] Round = TestChallenges.Seed(7);

    [TestCase(64, 1)]
    [TestCase(128, 2)]
    [TestCase(320, 3)]
    public void Product_ThatIsRight_HasNoFault(int size, int lanes)
    {
        ChallengeShape shape = TestChallenges.Matrix(size, lanes: lanes);
        using IChallengeWork work = TestChallenges.Prepared(shape);

        Assert.That(TestChallenges.Play(shape, work), Is.Null);
        Assert.That(TestChallenges.Play(shape, work, round: 2), Is.Null, "a second round on the same memory");
    }

    [Test]
    public void Answer_WithTooFewRows_IsWrong() =>
        Assert.That(Changed(a => a.Leaves.RemoveAt(0)), Does.Contain("opens 7 rows, 8 were drawn"));

    [Test]
    public void Answer_WithTooManyRows_IsWrong() =>
        Assert.That(Changed(a => a.Leaves.Add(a.Leaves[0])), Does.Contain("opens 9 rows"));

    [Test]
    public void Row_ThatWasNotCommittedTo_IsWrong() => Assert.That(
        Changed(a => a.Leaves[0].Data = ByteString.CopyFrom([1, .. a.Leaves[0].Data.Span[1..]])),
        Does.Contain("not the one that was committed to"));

    [Test]
    public void Row_OfAnotherLength_IsWrong() => Assert.That(
        Changed(a => a.Leaves[0].Data = ByteString.CopyFrom(a.Leaves[0].Data.Span[4..])),
        Does.Contain("not the one that was committed to"));

    [Test]
    public void Row_InThePlaceOfAnother_IsWrong() => Assert.That(
        Changed(a => (a.Leaves[0], a.Leaves[1]) = (a.Leaves[1], a.Leaves[0])),
        Does.Contain("not the one that was committed to"));

    [Test]
    public void Row_WithABrokenPath_IsWrong() => Assert.That(
        Changed(a => a.Leaves[0].Path.RemoveAt(0)), Does.Contain("not the one that was committed to"));

    [Test]
    public void Product_ForAnotherVector_IsWrong() => Assert.That(
        Changed(a => a.ProductHash = ByteString.CopyFrom(new byte[32])), Is.EqualTo("the product is wrong"));

    [Test]
    public void Product_OfAnotherRound_IsWrong()
    {
        ChallengeShape shape = TestChallenges.Matrix();
        using IChallengeWork work = TestChallenges.Prepared(shape);
        byte[] root = work.Commit(TestChallenges.Seed(8), CancellationToken.None);

        string? fault = new MatrixCheck(shape).FindFault(Round, root, TestChallenges.Seed(9), work.Open(TestChallenges.Seed(9)));

        Assert.That(fault, Does.Contain("of the product is wrong"));
    }

    // The cheat that works honestly on from a wrong product is caught at any single entry, whatever rows are opened.
    [Test]
    public void Product_WrongAtOneEntry_IsCaughtByTheVector()
    {
        ChallengeShape shape = TestChallenges.Matrix(64, openings: 1);
        var cheat = new TamperedMatrix(shape, Round);
        cheat.Rows[17][42] ^= int.MinValue;

        for (int draw = 0; draw < 50; draw++)
        {
            Assert.That(cheat.Judge(Round, TestChallenges.Seed(draw), rightProducts: null), Is.Not.Null);
        }
    }

    // The cheat that computes A·(B·r) once it knows r is caught only where a wrong row is opened: k of n.
    [Test]
    public void Product_WrongInOneRowByACheatWhoKnowsR_IsCaughtAsOftenAsTheRowIsOpened()
    {
        ChallengeShape shape = TestChallenges.Matrix(64, openings: 16);
        var cheat = new TamperedMatrix(shape, Round);
        const int draws = 400;
        long[][] right = [.. Enumerable.Range(0, draws).Select(d => cheat.ProductsOf(TestChallenges.Seed(d)))];
        cheat.Rows[17][42]++;

        int caught = Enumerable.Range(0, draws).Count(d => cheat.Judge(Round, TestChallenges.Seed(d), right[d]) is not null);

        // 16 of 64 rows: 100 expected, standard deviation 8.7; six of them on either side.
        Assert.That(caught, Is.InRange(100 - 52, 100 + 52));
    }

    [Test]
    public void Product_OfWhichAQuarterOfTheRowsIsSkipped_PassesAsRarelyAsIsStated()
    {
        ChallengeShape shape = TestChallenges.Matrix(64, openings: 4);
        var cheat = new TamperedMatrix(shape, Round);
        const int draws = 400;
        long[][] right = [.. Enumerable.Range(0, draws).Select(d => cheat.ProductsOf(TestChallenges.Seed(d)))];
        foreach (int[] row in cheat.Rows.Take(16))
        {
            Array.Clear(row);
        }

        int passed = Enumerable.Range(0, draws).Count(d => cheat.Judge(Round, TestChallenges.Seed(d), right[d]) is null);

        // Without replacement (48·47·46·45)/(64·63·62·61) = 0.306, at most (3/4)^4 = 0.316: 122 expected, deviation 9.2.
        Assert.That(passed, Is.InRange(122 - 55, 122 + 55));
    }

    [Test]
    public void Checking_ByCountedOperations_IsMuchCheaperThanProving()
    {
        ChallengeShape shape = TestChallenges.Matrix(512);
        using IChallengeWork work = TestChallenges.Prepared(shape);
        byte[] root = work.Commit(Round, CancellationToken.None);
        long committed = work.Operations;
        var check = new MatrixCheck(shape);

        Assert.That(check.FindFault(Round, root, TestChallenges.Seed(1), work.Open(TestChallenges.Seed(1))), Is.Null);
        // n³ against 2n² and a little.
        Assert.That(committed, Is.EqualTo(512L * 512 * 512));
        Assert.That(check.Operations, Is.LessThan(committed / 200));
    }

    private static string? Changed(Action<ChallengeAnswer> change)
    {
        ChallengeShape shape = TestChallenges.Matrix();
        using IChallengeWork work = TestChallenges.Prepared(shape);
        return TestChallenges.Play(shape, work, change);
    }
}
