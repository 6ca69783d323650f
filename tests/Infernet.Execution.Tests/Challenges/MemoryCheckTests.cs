using Google.Protobuf;
using Infernet.Core.Schemas;
using Infernet.Execution.Challenges;

namespace Infernet.Execution.Tests.Challenges;

[TestFixture]
public sealed class MemoryCheckTests
{
    private static readonly byte[] Seed = TestChallenges.Seed(0);
    private static readonly byte[] Round = TestChallenges.Seed(1);
    private static readonly byte[] Opening = TestChallenges.Seed(2);

    [TestCase(1)]
    [TestCase(3)]
    public void Walk_ThatIsRight_HasNoFault(int lanes)
    {
        ChallengeShape shape = TestChallenges.Memory(lanes: lanes);
        using IChallengeWork work = TestChallenges.Prepared(shape);

        Assert.That(TestChallenges.Play(shape, work), Is.Null);
        Assert.That(TestChallenges.Play(shape, work, round: 2), Is.Null, "a second round over the same memory");
    }

    [Test]
    public void Answer_WithTooFewPieces_IsWrong() =>
        Assert.That(Changed(a => a.Leaves.RemoveAt(0)), Does.Contain("pieces of the walk"));

    [Test]
    public void Piece_ThatWasNotCommittedTo_IsWrong() => Assert.That(
        Changed(a => a.Leaves[0].Data = ByteString.CopyFrom([1, 2, .. a.Leaves[0].Data.Span[2..]])),
        Does.Contain("not the one that was committed to"));

    [Test]
    public void Piece_OfAnotherLength_IsWrong() => Assert.That(
        Changed(a => a.Leaves[0].Data = ByteString.CopyFrom(a.Leaves[0].Data.Span[8..])),
        Does.Contain("not the one that was committed to"));

    [Test]
    public void Walk_ThatBeginsElsewhere_IsWrong()
    {
        ChallengeShape shape = TestChallenges.Memory(lanes: 2, openings: 8);
        var cheat = new TamperedWalk(shape, Seed, _ => true, invents: false);

        string? fault = cheat.Judge(Round, Opening, (leaf, right) => leaf == 0 ? 42 : right);

        Assert.That(fault, Is.EqualTo("lane 0 does not begin where it must"));
    }

    // Each piece is right in itself, but they do not join: a cheat would choose pieces that stay where it has memory.
    [Test]
    public void Walk_WhosePiecesDoNotJoin_IsWrong()
    {
        ChallengeShape shape = TestChallenges.Memory(lanes: 1, openings: 4);
        var cheat = new TamperedWalk(shape, Seed, _ => true, invents: false);

        string? fault = cheat.Judge(Round, Opening, (leaf, right) => leaf == 0 ? right : 42);

        Assert.That(fault, Does.Contain("does not begin where the one before it ends"));
    }

    [Test]
    public void Walk_OfOtherMemory_IsWrong()
    {
        ChallengeShape shape = TestChallenges.Memory();
        var cheat = new TamperedWalk(shape, TestChallenges.Seed(5), _ => true, invents: false);

        Assert.That(cheat.Judge(Round, Opening), Is.Null, "it is right for its own seed");
        using IChallengeWork work = ChallengeKernels.CreateWork(shape, TestChallenges.Seed(5));
        work.Prepare(CancellationToken.None);
        byte[] root = work.Commit(Round, CancellationToken.None);
        Assert.That(
            new MemoryCheck(shape, Seed).FindFault(Round, root, Opening, work.Open(Opening)), Does.Contain("is wrong"));
    }

    [Test]
    public void Prover_ThatKeepsHalfAndMakesTheRestAgain_IsRightButTakesSeveralTimesTheSteps()
    {
        ChallengeShape shape = TestChallenges.Memory(lanes: 1, steps: 512);
        var honest = new TamperedWalk(shape, Seed, _ => true, invents: false);
        var half = new TamperedWalk(shape, Seed, block => block % 2 == 0, invents: false);

        Assert.That(honest.Judge(Round, Opening), Is.Null);
        Assert.That(half.Judge(Round, Opening), Is.Null);
        // (512 + 2560/2) / 512 = 3.5; what is made again also waits for each of its steps, which reading does not.
        Assert.That(half.Operations / (double)honest.Operations, Is.InRange(3.0, 4.0));
    }

    [Test]
    public void Prover_ThatKeepsHalfAndInventsTheRest_IsCaughtAlways()
    {
        ChallengeShape shape = TestChallenges.Memory();
        for (int draw = 0; draw < 50; draw++)
        {
            var cheat = new TamperedWalk(shape, Seed, block => block % 2 == 0, invents: true);
            Assert.That(cheat.Judge(Round, TestChallenges.Seed(draw)), Is.Not.Null);
        }
    }

    // One step in sixteen is invented. Four pieces and the ones before them, eight steps of each: 1 − (15/16)^(~60).
    [Test]
    public void Prover_ThatInventsASixteenth_PassesAsRarelyAsIsStated()
    {
        ChallengeShape shape = TestChallenges.Memory(openings: 2);
        const int draws = 300;
        int passed = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            var cheat = new TamperedWalk(shape, Seed, block => block % 16 != 0, invents: true);
            passed += cheat.Judge(TestChallenges.Seed(draw), TestChallenges.Seed(draw + 5_000)) is null ? 1 : 0;
        }

        // Two leaves of eight steps, and one more for each that is not the first of its lane (3 of 4): about 28 steps,
        // 0.164 of 300: 49 expected, standard deviation 6.4.
        Assert.That(passed, Is.InRange(10, 95));
    }

    [Test]
    public void Checking_ByCountedOperations_IsMuchCheaperThanProving()
    {
        ChallengeShape shape = TestChallenges.Memory(size: 8 << 20, steps: 1_024);
        using IChallengeWork work = TestChallenges.Prepared(shape);
        byte[] root = work.Commit(Round, CancellationToken.None);
        var check = new MemoryCheck(shape, Seed);

        Assert.That(check.FindFault(Round, root, Opening, work.Open(Opening)), Is.Null);
        // Independent of the size, while filling grows with it; at the 256 MiB of a real challenge 1 in 300.
        Assert.That(check.Operations, Is.LessThan(work.Operations / 20));
    }

    [Test]
    public void Block_FromTheSameKey_IsTheSame_AndFromAnotherIsAnother()
    {
        Assert.That(Made((1, 2)), Is.EqualTo(Made((1, 2))));
        Assert.That(Made((1, 2)).Zip(Made((1, 3))).Count(p => p.First == p.Second), Is.LessThan(64));
    }

    [Test]
    public unsafe void Digest_OfABlockChangedAnywhere_IsAnother()
    {
        byte[] block = Made((1, 2));
        fixed (byte* place = block)
        {
            ulong right = MemoryBlock.Digest(place, 5);
            Assert.That(MemoryBlock.Digest(place, 6), Is.Not.EqualTo(right));
            for (int i = 0; i < block.Length; i++)
            {
                block[i] ^= 1;
                Assert.That(MemoryBlock.Digest(place, 5), Is.Not.EqualTo(right), $"byte {i}");
                block[i] ^= 1;
            }
        }
    }

    private static unsafe byte[] Made((ulong, ulong) key)
    {
        var block = new byte[MemoryBlock.Length];
        fixed (byte* place = block)
        {
            MemoryBlock.Make(place, key);
        }

        return block;
    }

    private static string? Changed(Action<ChallengeAnswer> change)
    {
        ChallengeShape shape = TestChallenges.Memory();
        using IChallengeWork work = TestChallenges.Prepared(shape);
        return TestChallenges.Play(shape, work, change);
    }
}
