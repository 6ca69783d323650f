using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Tests.Commands;

[TestFixture]
public sealed class ExitCodeTests
{
    [TestCase("invalid", 2)]
    [TestCase("not-found", 2)]
    [TestCase("conflict", 2)]
    [TestCase("unreachable", 3)]
    [TestCase("unsuitable", 4)]
    [TestCase("job-failed", 4)]
    [TestCase("not-verified", 5)]
    [TestCase("budget", 6)]
    [TestCase("deadline", 124)]
    [TestCase("disk-full", 1)]
    [TestCase("internal", 1)]
    [TestCase("a code of the future", 1)]
    public void For_Error_IsAsAgreed(string code, int expected) =>
        Assert.That(ExitCode.For(new ApiError { Code = code, Message = "" }), Is.EqualTo(expected));

    [TestCase("passed", 0)]
    [TestCase("slow", 5)]
    [TestCase("failed", 5)]
    public void For_Challenge_IsAsAgreed(string verdict, int expected) => Assert.That(
        ExitCode.For(new ChallengeReport
        {
            PeerId = "", Kernel = "matmul-int8", Device = "cpu", Size = 64, Verdict = verdict, MeasuredAt = default,
        }),
        Is.EqualTo(expected));

    [Test]
    public void For_JobThatIsDoneAndOwesWhatItCantPay_IsThatOfMoney()
    {
        var paid = new JobPayment { Symbol = "SOL", Decimals = 9, Budget = 10 };
        JobStatus job = TestJobs.Job with { Payment = paid };

        Assert.That(ExitCode.For(job), Is.Zero);
        Assert.That(ExitCode.For(job with { Payment = paid with { Unpayable = [new JobDebt("a", 1, "gone")] } }), Is.EqualTo(6));
        Assert.That(ExitCode.For(job with { Payment = paid with { Auditors = [new JobAuditor("a", 1, 1, 0)] } }), Is.Zero);
        Assert.That(ExitCode.For(job with { Payment = paid with { Auditors = [new JobAuditor("a", 1, 1, 1)] } }), Is.EqualTo(6));
    }

    [TestCase("done", 0, null, 0)]
    [TestCase("done", 1, null, 4)]
    [TestCase("partial", 1, null, 4)]
    [TestCase("partial", 0, "deadline", 124)]
    [TestCase("partial", 0, "budget", 6)]
    [TestCase("failed", 0, "job-failed", 4)]
    [TestCase("failed", 0, "unsuitable", 4)]
    [TestCase("failed", 0, "unreachable", 3)]
    [TestCase("failed", 0, "deadline", 124)]
    [TestCase("cancelled", 0, null, 4)]
    [TestCase("running", 0, null, 4)]
    public void For_Job_IsAsAgreed(string state, int failedItems, string? error, int expected)
    {
        JobStatus job = TestJobs.Job with
        {
            State = state,
            FailedItems = failedItems,
            Error = error is null ? null : new ApiError { Code = error, Message = "" },
        };
        Assert.That(ExitCode.For(job), Is.EqualTo(expected));
    }
}
