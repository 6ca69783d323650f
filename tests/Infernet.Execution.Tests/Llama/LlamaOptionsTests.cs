using Infernet.Execution.Llama;

namespace Infernet.Execution.Tests.Llama;

[TestFixture]
public sealed class LlamaOptionsTests
{
    [TestCase(1L, 16, 1)]
    [TestCase(6L << 20, 16, 2)]
    [TestCase(4L << 30, 16, 16)]
    [TestCase(4L << 30, 1, 1)]
    public void Threads_ByDefault_FollowTheModelAndTheCores(long weights, int cores, int expected) =>
        Assert.That(new LlamaOptions().ThreadsFor(weights, cores), Is.EqualTo(expected));

    [Test]
    public void Threads_AskedFor_AreTaken() =>
        Assert.That(new LlamaOptions { Threads = 5 }.ThreadsFor(1, 2), Is.EqualTo(5));
}
