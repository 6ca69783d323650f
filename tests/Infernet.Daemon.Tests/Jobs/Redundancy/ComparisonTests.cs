using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Tests.Jobs.Redundancy;

[TestFixture]
public sealed class ComparisonTests
{
    [Test]
    public void Bytes_ThatAreTheSame_AreSame()
    {
        Assert.That(ByteComparison.AreSame(Answers.Text("a"), Answers.Text("a")), Is.True);
        Assert.That(ByteComparison.AreSame(Answers.Numbers(1, 2), Answers.Numbers(1, 2)), Is.True);
        Assert.That(ByteComparison.AreSame(Answers.Failure("too long"), Answers.Failure("longer than 512")), Is.True);
    }

    [Test]
    public void Bytes_ThatDiffer_Differ()
    {
        Assert.That(ByteComparison.AreSame(Answers.Text("a"), Answers.Text("A")), Is.False);
        Assert.That(ByteComparison.AreSame(Answers.Text("e\u0301"), Answers.Text("\u00e9")), Is.False);
        Assert.That(ByteComparison.AreSame(Answers.Numbers(1), Answers.Numbers(1, 2)), Is.False);
        Assert.That(ByteComparison.AreSame(Answers.Numbers(0f), Answers.Numbers(-0f)), Is.False);
        Assert.That(ByteComparison.AreSame(Answers.Text("a"), Answers.Failure("a")), Is.False);
        Assert.That(ByteComparison.AreSame(Answers.Text(""), Answers.Numbers()), Is.False);
    }

    [TestCase("", "", true)]
    [TestCase("no numbers", "no numbers", true)]
    [TestCase("no numbers", "no figures", false)]
    [TestCase("3.1415", "3.1416", true)]
    [TestCase("3.1415", "3.2", false)]
    [TestCase("about 1000 herons", "about 1001 herons", true)]
    [TestCase("about 1000 herons", "about 1002 herons", false)]
    [TestCase("about 1000 herons", "about 1000 storks", false)]
    [TestCase("1 2", "1", false)]
    [TestCase("1", "1 2", false)]
    [TestCase("1e3", "1000", true)]
    [TestCase("-0.0001", "0.0001", true)]
    [TestCase("0.0001", "0.0002", true, Description = "absolute below 1")]
    [TestCase("0.1", "0.2", false)]
    [TestCase("1e999", "1e999", true)]
    [TestCase("1e999", "1e998", false, Description = "too large to be numbers: words")]
    [TestCase("1.2.3", "1.2.3", true)]
    [TestCase("5.", "5.0", true)]
    [TestCase("a1b", "a1.0001b", true)]
    [TestCase("1,000", "2,000", false)]
    [TestCase("٣", "٤", false, Description = "other digits are words")]
    public async Task Numbers_InTexts_AreComparedByTolerance(string left, string right, bool same)
    {
        var comparison = new NumberComparison(0.001);
        Assert.That(await Same(comparison, Answers.Text(left), Answers.Text(right)), Is.EqualTo(same));
        Assert.That(await Same(comparison, Answers.Text(right), Answers.Text(left)), Is.EqualTo(same));
    }

    [Test]
    public async Task Numbers_OfEmbeddings_AreComparedByTolerance()
    {
        var comparison = new NumberComparison(0.01);
        OutputRecord vector = Answers.Numbers(0.5f, 100, -3);
        Assert.Multiple(async () =>
        {
            Assert.That(await Same(comparison, vector, Answers.Numbers(0.509f, 100.9f, -2.98f)), Is.True);
            Assert.That(await Same(comparison, vector, Answers.Numbers(0.52f, 100, -3)), Is.False);
            Assert.That(await Same(comparison, vector, Answers.Numbers(0.5f, 100)), Is.False);
            Assert.That(await Same(comparison, vector, Answers.Text("0.5 100 -3")), Is.False);
            Assert.That(await Same(comparison, vector, Answers.Numbers(0.5f, float.NaN, -3)), Is.False);
            Assert.That(
                await Same(
                    comparison, Answers.Numbers(float.PositiveInfinity), Answers.Numbers(float.PositiveInfinity)),
                Is.False, "no number at all");
        });
    }

    [Test]
    public async Task Numbers_OfAnyTexts_AreComparedWithoutAnException()
    {
        var random = new Random(3);
        var comparison = new NumberComparison(0.001);
        const string Alphabet = "0123456789+-.eE ,xé";
        for (int round = 0; round < 5_000; round++)
        {
            string left = Any(), right = random.Next(3) == 0 ? left : Any();
            bool same = await Same(comparison, Answers.Text(left), Answers.Text(right));
            Assert.That(left != right || same, left);
        }

        string Any() => new([.. Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
    }

    private static ValueTask<bool> Same(IComparison comparison, OutputRecord left, OutputRecord right) =>
        comparison.AreSameAsync(left, right, CancellationToken.None);
}
