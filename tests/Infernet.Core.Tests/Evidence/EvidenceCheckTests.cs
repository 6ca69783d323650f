using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Evidence;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Evidence;

[TestFixture]
public sealed class EvidenceCheckTests
{
    private static readonly EvidenceCheck Check = new(AuditCalibrations.Shipped, new EvidenceLimits());

    [Test]
    public void Receipt_WithNothingWrong_IsWorkThatWasSettled()
    {
        var made = new TestEvidence();

        Observation seen = Accept(made.Receipt());

        Assert.Multiple(() =>
        {
            Assert.That(seen.Kind, Is.EqualTo(ObservationKind.Receipt));
            Assert.That(seen.Provider, Is.EqualTo(made.Provider.Id));
            Assert.That(seen.Aggregator, Is.EqualTo(made.Aggregator.Id));
            Assert.That(seen.Tokens, Is.EqualTo(18));
            Assert.That(seen.At, Is.EqualTo(made.FinishedAt));
            Assert.That(seen.Id, Has.Length.EqualTo(64));
        });
    }

    [TestCase(0u, ShardOutcome.Verified)]
    [TestCase(20u, ShardOutcome.Rejected)]
    public void Verdict_WithNothingWrong_IsWhatItsCountsComeTo(uint wrong, ShardOutcome outcome)
    {
        var made = new TestEvidence { WrongTokens = wrong };

        Observation seen = Accept(made.Verdict());

        Assert.Multiple(() =>
        {
            Assert.That(seen.Kind, Is.EqualTo(ObservationKind.Audit));
            Assert.That(seen.Auditor, Is.EqualTo(made.Auditor.Id));
            Assert.That(seen.Finding!.Outcome, Is.EqualTo(outcome));
            Assert.That(seen.Work, Is.EqualTo(Accept(made.Receipt()).Work));
        });
    }

    [Test]
    public void Fact_OfNoKind_IsRefused() => Refuse(new Schemas.Evidence(), "format");

    [Test]
    public void Bytes_ThatAreTooMany_AreRefusedUnread() => Assert.That(
        Check.FindProblem(new byte[EvidenceLimits.MaxSize + 1], TestEvidence.Now, out _)!.Step, Is.EqualTo("size"));

    [Test]
    public void Bytes_OfAnyKind_GiveAProblemAndNoException()
    {
        var random = new Random(20_260_615);
        byte[] right = new TestEvidence().Verdict().ToByteArray();
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = i % 2 == 0 ? new byte[random.Next(200)] : [.. right];
            if (i % 2 == 0)
            {
                random.NextBytes(bytes);
            }
            else
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 + random.Next(255));
            }

            EvidenceProblem? problem = Check.FindProblem(bytes, TestEvidence.Now, out CheckedEvidence? evidence);
            Assert.That(problem is null, Is.EqualTo(evidence is not null));
            Assert.That(problem, Is.Not.Null, $"a changed byte was not seen in round {i}");
        }
    }

    [Test]
    public void Fact_WithSomethingAddedThatNobodySigned_IsTheSameFact()
    {
        byte[] right = new TestEvidence().Receipt().ToByteArray();
        byte[] padded = [.. right, 0xFA, 0x3E, 3, 1, 2, 3];

        Assert.That(Check.FindProblem(right, TestEvidence.Now, out CheckedEvidence? one), Is.Null);
        Assert.That(Check.FindProblem(padded, TestEvidence.Now, out CheckedEvidence? other), Is.Null);
        Assert.That(other!.Observation.Id, Is.EqualTo(one!.Observation.Id));
    }

    private static readonly TestCaseData[] WrongReceipts =
    [
        Receipt("job id", "its job id", r => r.JobId = ByteString.CopyFrom(new byte[15])),
        Receipt("no job id", "its job id", r => r.JobId = ByteString.Empty),
        Receipt("another provider", "another provider", r => r.Provider = TestEvidence.Identity(9).Id.ToByteString()),
        Receipt("no provider", "another provider", r => r.Provider = ByteString.Empty),
        Receipt("no aggregator", "no peer", r => r.Aggregator = ByteString.Empty),
        Receipt("an aggregator that is none", "no peer", r => r.Aggregator = ByteString.CopyFrom(new byte[500])),
        Receipt("itself as aggregator", "also asked for it", r => r.Aggregator = r.Provider),
        Receipt("no offer", "hashes", r => r.OfferHash = ByteString.Empty),
        Receipt("a long offer hash", "hashes", r => r.OfferHash = ByteString.CopyFrom(new byte[33])),
        Receipt("no model", "no CID", r => r.ModelRoot = ByteString.Empty),
        Receipt("a long model", "no CID", r => r.ModelRoot = ByteString.CopyFrom(new byte[200])),
        Receipt("no engine", "engine", r => r.Engine = null),
        Receipt("a long engine", "engine", r => r.Engine.Device = new string('x', 200)),
        Receipt("no root", "hashes", r => r.ItemsRoot = ByteString.Empty),
        Receipt("no items", "no item", r => r.ItemCount = 0),
        Receipt("too many tokens", "more tokens than its items", r => r.CompletionTokens = ulong.MaxValue),
        Receipt("too quick", "any machine", r => r.CompletionTokens = (ulong)r.ItemCount * AuditLimits.MaxTokens, items: 64),
        Receipt("no start", "before it started", r => r.StartedUnixUs = 0),
        Receipt("ends before it starts", "before it started", r => r.FinishedUnixUs = r.StartedUnixUs - 1),
        Receipt(
            "times too far apart for their difference", "before it started",
            r => (r.StartedUnixUs, r.FinishedUnixUs) = (long.MaxValue / 2, long.MinValue + 1)),
        Receipt("the end of time", "future", r => r.FinishedUnixUs = long.MaxValue),
        Receipt(
            "the future", "future",
            r => r.FinishedUnixUs = TestEvidence.Microseconds(TestEvidence.Now.AddMinutes(11))),
        Receipt(
            "long ago", "older than 30 days",
            r => (r.StartedUnixUs, r.FinishedUnixUs) = (1, TestEvidence.Microseconds(TestEvidence.Now.AddDays(-31)))),
        Receipt("a large envelope", "at most", r => r.Engine.Name = new string('x', ReceiptEnvelope.MaxSize)),
    ];

    [TestCaseSource(nameof(WrongReceipts))]
    public void Receipt_WithSomethingWrong_IsRefusedAlone(Action<Receipt> change, string words, int items) =>
        RefuseWith(new TestEvidence { ChangeReceipt = change, ItemCount = items }.Receipt(), words);

    [TestCaseSource(nameof(WrongReceipts))]
    public void Receipt_WithSomethingWrong_IsRefusedUnderAVerdict(Action<Receipt> change, string words, int items) =>
        RefuseWith(new TestEvidence { ChangeReceipt = change, ItemCount = items }.Verdict(), words);

    [Test]
    public void Receipt_SignedByAnother_IsRefused() =>
        RefuseWith(new TestEvidence { ReceiptSigner = TestEvidence.Identity(9) }.Receipt(), "another provider");

    [Test]
    public void Receipt_ThatIsNone_IsRefused()
    {
        Schemas.Evidence fact = new TestEvidence().Receipt();
        fact.Receipt.ReceiptEnvelope = ByteString.CopyFromUtf8("no receipt");

        Refuse(fact, "provider's signature");
    }

    [Test]
    public void Receipt_AcknowledgedByAnother_IsRefused() =>
        Refuse(new TestEvidence { FactSigner = TestEvidence.Identity(9) }.Receipt(), "acknowledgement");

    [Test]
    public void Receipt_AcknowledgedByNobody_IsRefused()
    {
        Schemas.Evidence fact = new TestEvidence().Receipt();
        fact.Receipt.Acknowledgement = ByteString.Empty;

        Refuse(fact, "acknowledgement");
    }

    [Test]
    public void Receipt_WithTheAcknowledgementOfAnother_IsRefused()
    {
        Schemas.Evidence fact = new TestEvidence().Receipt();
        fact.Receipt.Acknowledgement = new TestEvidence { Shard = 8 }.Receipt().Receipt.Acknowledgement;

        Refuse(fact, "acknowledgement");
    }

    [Test]
    public void Fact_WithOnlyTheClockAgainstIt_IsNotTheFaultOfWhoPassesItOn() => Assert.Multiple(() =>
    {
        Assert.That(ProblemOf(new TestEvidence { FinishedAt = TestEvidence.Now.AddDays(-31) }.Receipt()).Provable, Is.False);
        Assert.That(ProblemOf(new TestEvidence { FinishedAt = TestEvidence.Now.AddHours(1) }.Receipt()).Provable, Is.False);
        Assert.That(ProblemOf(FutureVerdict().Verdict()).Provable, Is.False);
        Assert.That(ProblemOf(new TestEvidence { FactSigner = TestEvidence.Identity(9) }.Receipt()).Provable, Is.True);
    });

    [Test]
    public void Verdict_FromTheFuture_IsRefused() => RefuseWith(FutureVerdict().Verdict(), "future");

    private static readonly TestCaseData[] WrongFacts =
    [
        Fact("no offer", "offer", f => f.Offer = ByteString.Empty),
        Fact("another offer", "offer", f => f.Offer = new TestEvidence { RatePpm = 1 }.Verdict().Verdict.Offer),
        Fact("a large offer", "offer", f => f.Offer = ByteString.CopyFrom(new byte[EvidenceLimits.MaxOffer + 1])),
        Fact("no secret", "draw", f => f.Secret = ByteString.Empty),
        Fact("another secret", "draw", f => f.Secret = ByteString.CopyFrom(new byte[32])),
        Fact("another rate", "draw", f => f.AuditRatePpm = 999_999),
        Fact("no rate", "draw", f => f.AuditRatePpm = 0),
        Fact("a rate above 1", "draw", f => f.AuditRatePpm = uint.MaxValue),
        Fact("no items", "items", f => f.ItemHashes.Clear()),
        Fact("an item too few", "items", f => f.ItemHashes.RemoveAt(0)),
        Fact("another item", "items", f => f.ItemHashes[0] = ByteString.CopyFrom(new byte[32])),
        Fact("a short item", "items", f => f.ItemHashes[0] = ByteString.CopyFrom(new byte[31])),
        Fact("other order", "items", f => (f.ItemHashes[0], f.ItemHashes[1]) = (f.ItemHashes[1], f.ItemHashes[0])),
        Fact("too many items", "items", f => f.ItemHashes.AddRange(Enumerable.Repeat(ByteString.Empty, 5_000))),
        Fact("nothing audited", "draw", f => f.Audited.Clear()),
        Fact("chosen items", "draw", f => (f.Audited[0], f.Audited[1]) = (f.Audited[1], f.Audited[0])),
        Fact("one item twice", "draw", f => f.Audited[1] = f.Audited[0]),
        Fact("an item that is not there", "draw", f => f.Audited[0] = uint.MaxValue),
        Fact("too many audited", "draw", f => f.Audited.AddRange(Enumerable.Repeat(0u, 100))),
        Fact("fewer audited than the verdict covers", "verdict", f => f.Audited.RemoveAt(3)),
        Fact("no contents", "contents", f => f.Contents.Clear()),
        Fact("a content too many", "contents", f => f.Contents.Add(f.Contents[0])),
        Fact("one content under another's name", "contents", f => f.Contents[0].Hash = f.Contents[1].Hash),
        Fact("a content from another place", "contents", f => f.Contents[0].Index += 100),
        Fact("a short content", "contents", f => f.Contents[0].Hash = ByteString.CopyFrom(new byte[31])),
        Fact("no nonce", "verdict", f => f.Nonce = ByteString.Empty),
        Fact("another nonce", "verdict", f => f.Nonce = ByteString.CopyFrom(Enumerable.Repeat((byte)1, 16).ToArray())),
        Fact("a long nonce", "verdict", f => f.Nonce = ByteString.CopyFrom(new byte[17])),
        Fact("no verdict", "verdict", f => f.VerdictEnvelope = ByteString.Empty),
        Fact("a large verdict", "verdict", f => f.VerdictEnvelope = ByteString.CopyFrom(new byte[20_000])),
        Fact(
            "the verdict on another shard", "verdict",
            f => f.VerdictEnvelope = new TestEvidence { Shard = 8 }.Verdict().Verdict.VerdictEnvelope),
        Fact("no receipt", "provider's signature", f => f.ReceiptEnvelope = ByteString.Empty),
        Fact(
            "the receipt of another shard", "draw",
            f => f.ReceiptEnvelope = new TestEvidence { Shard = 8 }.Verdict().Verdict.ReceiptEnvelope),
    ];

    [TestCaseSource(nameof(WrongFacts))]
    public void Verdict_WithSomethingWrongAroundIt_IsRefused(Action<RevealedVerdict> change, string step) =>
        Refuse(new TestEvidence { ChangeRevealed = change }.Verdict(), step);

    private static readonly TestCaseData[] WrongVerdicts =
    [
        Verdict("another request", "another request", v => v.RequestHash = ByteString.CopyFrom(new byte[32])),
        Verdict("no request", "another request", v => v.RequestHash = ByteString.Empty),
        Verdict("another auditor", "another auditor", v => v.Auditor = TestEvidence.Identity(9).Id.ToByteString()),
        Verdict("no auditor", "another auditor", v => v.Auditor = ByteString.Empty),
        Verdict("another aggregator", "another aggregator", v => v.Aggregator = TestEvidence.Identity(9).Id.ToByteString()),
        Verdict("another model", "another model", v => v.ModelRoot = ByteString.CopyFrom(Cid.OfRaw("b"u8).ToBytes())),
        Verdict("no engine", "engine", v => v.Engine = null),
        Verdict("exact where it was not asked", "tolerance was asked", v => v.Exact = true),
        Verdict("an item too few", "covers 3 items", v => v.Items.RemoveAt(0)),
        Verdict("an item too many", "covers 5 items", v => v.Items.Add(new ItemVerdict())),
        Verdict("counts that do not add up", "tokens were scored", v => v.Items[0].Tokens++),
        Verdict("other bins", "bins", v => v.Items[0].MarginCounts.Add(0)),
        Verdict("an unknown fault", "faults", v => v.Items[0].Faults.Add((ItemVerdict.Types.Fault)77)),
        Verdict(
            "decided before the work was done", "time",
            v => v.DecidedUnixUs = TestEvidence.Microseconds(TestEvidence.Now.AddDays(-2))),
    ];

    [TestCaseSource(nameof(WrongVerdicts))]
    public void Verdict_WithSomethingWrongInIt_IsRefused(Action<Verdict> change, string words)
    {
        Schemas.Evidence fact = new TestEvidence { ChangeVerdict = change }.Verdict();

        Refuse(fact, "verdict");
        RefuseWith(fact, words);
    }

    [Test]
    public void Verdict_SignedByAnother_IsRefused() =>
        Refuse(new TestEvidence { VerdictSigner = TestEvidence.Identity(9) }.Verdict(), "verdict");

    [Test]
    public void Verdict_OnOnesOwnWork_IsRefused() => RefuseWith(
        new TestEvidence { Auditor = TestEvidence.Identity(1) }.Verdict(), "judged its own work");

    [Test]
    public void Verdict_ByTheAggregatorItself_IsOne() =>
        Assert.That(Accept(new TestEvidence { Auditor = TestEvidence.Identity(2) }.Verdict()).Auditor,
            Is.EqualTo(TestEvidence.Identity(2).Id));

    [Test]
    public void Verdict_RevealedByAnother_IsRefused() =>
        Refuse(new TestEvidence { FactSigner = TestEvidence.Identity(9) }.Verdict(), "aggregator's signature");

    [Test]
    public void Verdict_ThatWasNotDrawn_IsRefusedUnlessItSaysSo() => Assert.Multiple(() =>
    {
        Refuse(new TestEvidence { RatePpm = 1 }.Verdict(), "draw");
        Accept(new TestEvidence { RatePpm = 1, Discretionary = true }.Verdict());
    });

    [Test]
    public void Verdict_ThatJudgedNothing_IsRefused() => Refuse(
        new TestEvidence
        {
            ChangeVerdict = v => v.Items.ToList().ForEach(i => i.Faults.Add(ItemVerdict.Types.Fault.InputHash)),
        }.Verdict(),
        "judgement");

    private static readonly TestCaseData[] WrongOffers =
    [
        Offer("another job", "another job", o => o.JobId = ByteString.CopyFrom(new byte[17])),
        Offer("another model", "another model", o => o.ModelRoot = ByteString.CopyFrom(Cid.OfRaw("b"u8).ToBytes())),
        Offer("no kind", "no kind", o => o.Kind = JobKind.Unspecified),
        Offer("no commitment", "commit", o => o.SecretCommitment = ByteString.Empty),
        Offer("another commitment", "commit", o => o.SecretCommitment = ByteString.CopyFrom(new byte[32])),
    ];

    [TestCaseSource(nameof(WrongOffers))]
    public void Verdict_UnderAnOfferThatDoesNotFit_IsRefused(Action<Offer> change, string words) =>
        RefuseWith(new TestEvidence { ChangeOffer = change }.Verdict(), words);

    [Test]
    public void Fact_ThatIsOld_StillStandsInAFile()
    {
        var archive = new EvidenceCheck(AuditCalibrations.Shipped, new EvidenceLimits { MaxAge = null });

        Assert.That(
            archive.FindProblem(
                new TestEvidence { FinishedAt = TestEvidence.Now.AddYears(-1) }.Verdict(), TestEvidence.Now, out _),
            Is.Null);
    }

    private static TestEvidence FutureVerdict() => new()
    {
        ChangeVerdict = v => v.DecidedUnixUs = TestEvidence.Microseconds(TestEvidence.Now.AddMinutes(11)),
    };

    private static Observation Accept(Schemas.Evidence fact)
    {
        EvidenceProblem? problem = Check.FindProblem(fact, TestEvidence.Now, out CheckedEvidence? evidence);
        Assert.That(problem, Is.Null);
        return evidence!.Observation;
    }

    private static EvidenceProblem ProblemOf(Schemas.Evidence fact)
    {
        EvidenceProblem? problem = Check.FindProblem(fact, TestEvidence.Now, out CheckedEvidence? evidence);
        Assert.That(evidence, Is.Null);
        Assert.That(problem, Is.Not.Null);
        return problem!;
    }

    private static void Refuse(Schemas.Evidence fact, string step) =>
        Assert.That(ProblemOf(fact).Step, Is.EqualTo(step), ProblemOf(fact).Message);

    private static void RefuseWith(Schemas.Evidence fact, string words) =>
        Assert.That(ProblemOf(fact).Message, Does.Contain(words));

    private static TestCaseData Receipt(string name, string words, Action<Receipt> change, int items = 6) =>
        new TestCaseData(change, words, items).SetArgDisplayNames(name);

    private static TestCaseData Fact(string name, string step, Action<RevealedVerdict> change) =>
        new TestCaseData(change, step).SetArgDisplayNames(name);

    private static TestCaseData Verdict(string name, string words, Action<Verdict> change) =>
        new TestCaseData(change, words).SetArgDisplayNames(name);

    private static TestCaseData Offer(string name, string words, Action<Offer> change) =>
        new TestCaseData(change, words).SetArgDisplayNames(name);
}
