using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Evidence;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Evidence;

[TestFixture]
public sealed class EvidenceFileCheckTests
{
    private static readonly EvidenceFileCheck Check = new(AuditCalibrations.Shipped);

    [Test]
    public void Case_WithNothingWrong_HoldsAndSaysWhatItComesTo()
    {
        EvidenceCaseReport report = Read(Case(new TestEvidence { WrongTokens = 20 }));

        Assert.Multiple(() =>
        {
            Assert.That(report.IsSound, Is.True);
            Assert.That(report.Finding!.Outcome, Is.EqualTo(ShardOutcome.Rejected));
            Assert.That(report.Work!.Provider, Is.EqualTo(TestEvidence.Identity(1).Id));
            Assert.That(report.Verdicts.Single().Auditor, Is.EqualTo(TestEvidence.Identity(3).Id));
        });
    }

    [Test]
    public void Case_OfLongAgo_StillHolds() =>
        Assert.That(Read(Case(new TestEvidence { FinishedAt = TestEvidence.Now.AddYears(-2) })).IsSound, Is.True);

    [Test]
    public void Case_WithSeveralVerdicts_ComesToWhatTheMajoritySays()
    {
        EvidenceCase said = Case(new TestEvidence { WrongTokens = 20 });
        said.Verdicts.Add(new TestEvidence { Auditor = TestEvidence.Identity(4) }.Verdict().Verdict);
        said.Verdicts.Add(new TestEvidence { Auditor = TestEvidence.Identity(5) }.Verdict().Verdict);

        Assert.That(Read(said).Finding!.Outcome, Is.EqualTo(ShardOutcome.Verified));
    }

    private static readonly TestCaseData[] WrongCases =
    [
        Wrong("no verdict", "no verdict", c => c.Verdicts.Clear()),
        Wrong("a forged verdict", "does not hold", c => c.Verdicts[0].AuditRatePpm = 5),
        Wrong("one auditor twice", "more than once", c => c.Verdicts.Add(c.Verdicts[0].Clone())),
        Wrong(
            "another shard's verdict", "one receipt",
            c => c.Verdicts.Add(new TestEvidence { Shard = 8, Auditor = TestEvidence.Identity(4) }.Verdict().Verdict)),
        Wrong("no items", "0 inputs", c => c.Items.Clear()),
        Wrong("an item too many", "5 inputs", c => c.Items.Add(c.Items[0].Clone())),
        Wrong("other order", "not the one that was audited", c => (c.Items[0], c.Items[1]) = (c.Items[1], c.Items[0])),
        Wrong("no receipt", "missing", c => c.Items[0].Receipt = null),
        Wrong("no input", "missing", c => c.Items[0].Input = null),
        Wrong("no output", "missing", c => c.Items[0].Output = null),
        Wrong("an empty input", "input is not the one", c => c.Items[0].Input.ClearInput()),
        Wrong("another input", "input is not the one", c => c.Items[0].Input.Prompt = "another"),
        Wrong("another output", "output is not the one", c => c.Items[0].Output.Text = "another"),
        Wrong("other tokens", "not the one that was audited", c => c.Items[0].Receipt.TokenIds[0]++),
    ];

    [TestCaseSource(nameof(WrongCases))]
    public void Case_WithSomethingWrong_DoesNotHold(Action<EvidenceCase> change, string words)
    {
        EvidenceCase said = Case(new TestEvidence());
        change(said);

        EvidenceCaseReport report = Read(said);

        Assert.That(report.Problem, Does.Contain(words));
        Assert.That(report.IsSound, Is.False);
        Assert.That(report.Finding, Is.Null);
    }

    [Test]
    public void Steps_NameEachStepThatCanFail() =>
        Assert.That(VerdictReport.Steps, Does.Contain(Read(Forged()).Verdicts[0].Problem!.Step));

    [Test]
    public void Hash_IsOfWhatIsKnown_AndChangesWithIt()
    {
        var file = new EvidenceFile { Cases = { Case(new TestEvidence()) } };
        byte[] padded = [.. file.ToByteArray(), 0xFA, 0x3E, 1, 9];
        EvidenceFile read = EvidenceBytes.TryReadFile(padded)!;
        byte[] hash = EvidenceBytes.HashOf(file);

        Assert.That(EvidenceBytes.HashOf(read), Is.EqualTo(hash));
        file.Cases[0].Items[0].Output.Text = "another";
        Assert.That(EvidenceBytes.HashOf(file), Is.Not.EqualTo(hash));
    }

    [Test]
    public void Bytes_OfAnyKind_AreNoFileOrOneThatDoesNotHold()
    {
        var random = new Random(7);
        byte[] right = new EvidenceFile { Cases = { Case(new TestEvidence()) } }.ToByteArray();
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = [.. right];
            bytes[random.Next(bytes.Length)] ^= (byte)(1 + random.Next(255));
            if (EvidenceBytes.TryReadFile(bytes) is { } file)
            {
                Assert.That(() => Check.Read(file, TestEvidence.Now), Throws.Nothing);
            }
        }
    }

    private static EvidenceCase Forged()
    {
        EvidenceCase said = Case(new TestEvidence());
        said.Verdicts[0].Nonce = ByteString.Empty;
        return said;
    }

    private static EvidenceCase Case(TestEvidence made)
    {
        RevealedVerdict verdict = made.Verdict().Verdict;
        var said = new EvidenceCase { Verdicts = { verdict } };
        said.Items.AddRange(made.AuditedItems(verdict));
        return said;
    }

    private static EvidenceCaseReport Read(EvidenceCase said) =>
        Check.Read(new EvidenceFile { Cases = { said } }, TestEvidence.Now).Single();

    private static TestCaseData Wrong(string name, string words, Action<EvidenceCase> change) =>
        new TestCaseData(change, words).SetArgDisplayNames(name);
}
