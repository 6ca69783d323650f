using Infernet.Core.Jobs;

namespace Infernet.Core.Tests.Jobs;

[TestFixture]
public sealed class JobSpecificationWriterTests
{
    [Test]
    public void WriteJson_EveryField_IsReadBackTheSame()
    {
        var written = new JobSpecification
        {
            Kind = JobKind.Chat,
            Model = "tiny \"quoted\"",
            Inputs =
            [
                new JobInput { Id = "1", Prompt = "line\nbreak and \u0001" },
                new JobInput { Messages = [new ChatTurn("user", "Grüße 🙂")] },
            ],
            Sampling = new SamplingSpecification
            {
                Temperature = 0.7f, TopK = 5, TopP = 0.95f, MinP = 0.1f, Seed = ulong.MaxValue, MaxTokens = 7, Stop = ["a", "b"],
            },
            Sharding = new ShardingSpecification { ShardSize = 3, MaxProviders = 4, MinProviders = 2, MaxAttempts = 1 },
            Requirements = new RequirementsSpecification { GpuMemoryGib = 23.5, ContextLength = 512 },
            Deadline = TimeSpan.FromSeconds(90.5),
            TokenBudget = long.MaxValue,
        };

        JobSpecification read = JobSpecificationReader.ReadJson(JobSpecificationWriter.WriteJson(written));

        Assert.Multiple(() =>
        {
            Assert.That(read with { Inputs = [], Sampling = new(), Requirements = new() }, Is.EqualTo(
                written with { Inputs = [], Sampling = new(), Requirements = new() }));
            Assert.That(read.Inputs[0], Is.EqualTo(written.Inputs[0]));
            Assert.That(read.Inputs[1].Messages, Is.EqualTo(written.Inputs[1].Messages));
            Assert.That(read.Sampling with { Stop = [] }, Is.EqualTo(written.Sampling with { Stop = [] }));
            Assert.That(read.Sampling.Stop, Is.EqualTo(written.Sampling.Stop));
            Assert.That(read.Requirements.GpuMemoryGib, Is.EqualTo(23.5));
        });
    }

    private static IEnumerable<VerificationSpecification> Verifications() =>
    [
        new() { Mode = VerificationMode.Tolerant, AuditRate = 0.25 },
        new() { Mode = VerificationMode.Exact, AuditRate = 1 },
        new() { Mode = VerificationMode.None },
        new() { Mode = VerificationMode.Redundant, Copies = 5 },
        new()
        {
            Mode = VerificationMode.Redundant, Copies = 2, Compare = OutputComparison.Numbers, Tolerance = 0.01,
        },
        new()
        {
            Mode = VerificationMode.Redundant, Copies = 9, Compare = OutputComparison.Command,
            Command = ["python3", "same.py", "--close enough"],
        },
    ];

    [TestCaseSource(nameof(Verifications))]
    public void WriteJson_EveryVerification_IsReadBackTheSame(VerificationSpecification verification)
    {
        var written = new JobSpecification
        {
            Model = "m", Inputs = [new JobInput { Prompt = "a" }], Verification = verification,
            Sampling = new SamplingSpecification { Seed = null },
        };
        JobSpecification read = JobSpecificationReader.ReadJson(JobSpecificationWriter.WriteJson(written));
        Assert.That(
            read.Verification with { Command = [] }, Is.EqualTo(written.Verification with { Command = [] }));
        Assert.That(read.Verification.Command, Is.EqualTo(written.Verification.Command));
        Assert.That(read.Sampling.Seed, Is.Null);
    }

    [Test]
    public void WriteJson_Defaults_AreReadBackTheSame()
    {
        var written = new JobSpecification { Model = "m", Inputs = [new JobInput { Prompt = "a" }] };
        JobSpecification read = JobSpecificationReader.ReadJson(JobSpecificationWriter.WriteJson(written));
        Assert.That(read.Sharding, Is.EqualTo(written.Sharding));
        Assert.That(read.Deadline, Is.Null);
    }
}
