using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Jobs.Wire;

namespace Infernet.Daemon.Tests.Jobs.Providing;

/// <summary>What an aggregator may break, rule by rule.</summary>
[TestFixture]
public sealed class ProviderSessionTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private static readonly Cid Model = Cid.OfRaw("model"u8);
    private static readonly NodeIdentity Aggregator = NodeIdentity.Generate();

    private bool _stopping;
    private EngineDescription _engine = new();
    private ProviderSession _session = null!;

    [SetUp]
    public void SetUp()
    {
        _stopping = false;
        _session = new ProviderSession(
            new ProviderLimits { ItemsPerSlot = 2, MaxBytesInFlight = 4_096 }, Aggregator.Id,
            root => root == Model ? new ServedEngine(root, _engine, 4, null!) : null, () => _stopping);
    }

    private static IEnumerable<TestCaseData> BadOffers()
    {
        yield return Bad("JobId", o => o.JobId = ByteString.CopyFrom(1), "job_id");
        yield return Bad("Kind", o => o.Kind = JobKind.Unspecified, "kind");
        yield return Bad("NoModel", o => o.ModelRoot = ByteString.Empty, "model_root");
        yield return Bad("ModelTooLong", o => o.ModelRoot = ByteString.CopyFrom(new byte[1_000]), "model_root");
        yield return Bad("ModelNoCid", o => o.ModelRoot = ByteString.CopyFrom(9, 9), "no CID");
        yield return Bad("NoItems", o => o.TotalItems = 0, "total_items");
        yield return Bad("TooManyItems", o => o.TotalItems = ulong.MaxValue, "total_items");
        yield return Bad("Commitment", o => o.SecretCommitment = ByteString.CopyFrom(1), "secret_commitment");
        yield return Bad("Deadline", o => o.DeadlineUnixMs = 1, "deadline");
        yield return Bad("DeadlineNegative", o => o.DeadlineUnixMs = -1, "deadline");
        yield return Bad("NoSampling", o => o.Sampling = null, "sampling");
        yield return Bad("Temperature", o => o.Sampling.Temperature = 2.5f, "temperature");
        yield return Bad("TemperatureNaN", o => o.Sampling.Temperature = float.NaN, "temperature");
        yield return Bad("TopP", o => o.Sampling.TopP = 0, "top_p");
        yield return Bad("TopPNaN", o => o.Sampling.TopP = float.NaN, "top_p");
        yield return Bad("MinP", o => o.Sampling.MinP = 1.5f, "min_p");
        yield return Bad("TopK", o => o.Sampling.TopK = uint.MaxValue, "top_k");
        yield return Bad("NoTokens", o => o.Sampling.MaxTokens = 0, "max_tokens");
        yield return Bad("TooManyTokens", o => o.Sampling.MaxTokens = uint.MaxValue, "max_tokens");
        yield return Bad("Stops", o => o.Sampling.Stop.AddRange(Enumerable.Repeat("x", 17)), "stop texts");
        yield return Bad("StopEmpty", o => o.Sampling.Stop.Add(""), "stop text");
        yield return Bad("StopLong", o => o.Sampling.Stop.Add(new string('x', 300)), "stop text");
    }

    private static IEnumerable<TestCaseData> BadShards()
    {
        yield return BadShard("Empty", s => s.Items.Clear(), "must have 1 to");
        yield return BadShard("Beyond", s => s.Items[0].Index = 100, "beyond");
        yield return BadShard("Twice", s => s.Items[0].Index = s.Items[1].Index, "twice");
        yield return BadShard("NoInput", s => s.Items[0].ClearInput(), "no input");
        yield return BadShard("OtherKind", s => s.Items[0].Prompt = "x", "no input of a job of kind");
        yield return BadShard("NoMessages", s => s.Items[0].Chat.Messages.Clear(), "1 to 1000 messages");
        yield return BadShard("NoRole", s => s.Items[0].Chat.Messages[0].Role = "", "role");
        yield return BadShard("LongRole", s => s.Items[0].Chat.Messages[0].Role = new string('r', 99), "role");
        yield return BadShard(
            "TooMany", s => s.Items.AddRange(Enumerable.Repeat(new Item(), JobProtocol.MaxShardItems)),
            "must have 1 to");
    }

    [TestCaseSource(nameof(BadOffers))]
    public void Offer_WithAWrongField_IsDeclinedAndNamed(Action<Offer> spoil, string field)
    {
        Offer offer = GoodOffer();
        spoil(offer);

        var close = (SessionStep.Close)_session.Receive(JobMessages.Of(offer), Now);

        Assert.That(close.Message.Decline.Message, Does.Contain(field));
        Assert.That(_session.Offer, Is.Null);
    }

    [Test]
    public void Offer_ForAModelNotServed_IsDeclined()
    {
        Offer offer = GoodOffer();
        offer.ModelRoot = ByteString.CopyFrom(Cid.OfRaw("other"u8).ToBytes());

        var close = (SessionStep.Close)_session.Receive(JobMessages.Of(offer), Now);

        Assert.That(close.Message.Decline.Reason, Is.EqualTo(Decline.Types.Reason.ModelNotServed));
    }

    [Test]
    public void Offer_WhileStopping_IsDeclined()
    {
        _stopping = true;

        var close = (SessionStep.Close)_session.Receive(JobMessages.Of(GoodOffer()), Now);

        Assert.That(close.Message.Decline.Reason, Is.EqualTo(Decline.Types.Reason.ShuttingDown));
    }

    [Test]
    public void Offer_ThatIsGood_IsAcceptedWithItsLimit()
    {
        var reply = (SessionStep.Reply)_session.Receive(JobMessages.Of(GoodOffer()), Now);

        Assert.That(reply.Message.Accept.MaxItemsInFlight, Is.EqualTo(8));
    }

    [Test]
    public void Shard_BeforeTheOffer_IsAViolation() => AssertViolation(JobMessages.Of(GoodShard()), "must be an offer");

    [Test]
    public void Offer_ASecondTime_IsAViolation()
    {
        Accept();
        AssertViolation(JobMessages.Of(GoodOffer()), "Offer");
    }

    [Test]
    public void Message_WithoutABody_IsAViolation()
    {
        Accept();
        AssertViolation(new JobMessage(), "None");
    }

    [Test]
    public void Message_ThatOnlyProvidersSend_IsAViolation()
    {
        Accept();
        AssertViolation(JobMessages.ItemDone(0, 1, new ItemOutput()), "ItemDone");
    }

    [TestCaseSource(nameof(BadShards))]
    public void Shard_WithAWrongItem_IsAViolation(Action<Shard> spoil, string reason)
    {
        Accept();
        Shard shard = GoodShard();
        spoil(shard);
        AssertViolation(JobMessages.Of(shard), reason);
    }

    [Test]
    public void Shard_ThatIsHereAlready_IsAViolation()
    {
        Accept();
        _session.Receive(JobMessages.Of(GoodShard()), Now);
        AssertViolation(JobMessages.Of(GoodShard()), "here already");
    }

    [Test]
    public void Shard_WithMoreItemsThanAgreed_IsGivenBack()
    {
        Accept();
        AssertFailed(GoodShard(items: 9), "8 at a time were agreed on");
    }

    [Test]
    public void Shard_WithMoreBytesThanAllowed_IsGivenBack()
    {
        Accept();
        Shard shard = GoodShard();
        shard.Items[0].Chat.Messages[0].Content = new string('x', 5_000);
        AssertFailed(shard, "bytes are here already");
    }

    [Test]
    public void Shard_WhileStopping_IsGivenBack()
    {
        Accept();
        _stopping = true;
        AssertFailed(GoodShard(), "is stopping");
    }

    [Test]
    public void Shard_AfterOthersFinished_FindsRoom()
    {
        Accept();
        Assert.That(_session.Receive(JobMessages.Of(GoodShard(items: 8)), Now), Is.InstanceOf<SessionStep.Begin>());
        AssertFailed(GoodShard(shard: 1), "8 items are here already");
        _session.ItemFinished(0);
        _session.ItemFinished(0);

        Assert.That(
            _session.Receive(JobMessages.Of(GoodShard(shard: 2)), Now), Is.InstanceOf<SessionStep.Begin>());
    }

    [Test]
    public void Cancel_OfAShardThatEnded_IsIgnored()
    {
        Accept();

        Assert.That(_session.Receive(JobMessages.CancelShard(7), Now), Is.InstanceOf<SessionStep.Ignore>());
    }

    [Test]
    public void Acknowledgement_OfNoReceipt_IsAViolation()
    {
        Accept();
        AssertViolation(JobMessages.Of(ReceiptAcknowledgement.Sign(Aggregator, 0, new byte[32])), "no receipt");
    }

    [Test]
    public void Acknowledgement_SignedBySomebodyElse_IsAViolation()
    {
        byte[] hash = Finished();
        AssertViolation(
            JobMessages.Of(ReceiptAcknowledgement.Sign(NodeIdentity.Generate(), 0, hash)), "signature is wrong");
    }

    [Test]
    public void Acknowledgement_OfAReceipt_CountsOnce()
    {
        byte[] hash = Finished();
        JobMessage acknowledged = JobMessages.Of(ReceiptAcknowledgement.Sign(Aggregator, 0, hash));

        AcknowledgedReceipt fact = ((SessionStep.Keep)_session.Receive(acknowledged, Now)).Fact;

        Assert.That(fact.ReceiptEnvelope, Is.EqualTo(Envelope));
        Assert.That(fact.Acknowledgement, Is.EqualTo(acknowledged.ReceiptAcknowledged.Signature));
        Assert.That(_session.Acknowledged, Is.EqualTo(1));
        AssertViolation(acknowledged, "no receipt");
    }

    [Test]
    public void Payment_InAJobThatIsFree_IsAViolation()
    {
        Accept();
        AssertViolation(new JobMessage { Payment = new Payment() }, "Payment");
        AssertViolation(new JobMessage { PaymentWithheld = new PaymentWithheld() }, "PaymentWithheld");
    }

    [Test]
    public void Offer_ThatMayPay_IsConsideredFirst()
    {
        ProviderSession session = Paid();
        Assert.That(session.Receive(JobMessages.Of(GoodOffer()), Now), Is.InstanceOf<SessionStep.Consider>());
        Assert.That(session.Offer, Is.Null);
        Assert.That(
            session.Receive(JobMessages.Of(GoodOffer()), Now), Is.InstanceOf<SessionStep.Violation>(), "one at a time");

        JobMessage accepted = session.Accept(new AcceptPayment { Credit = 7 });
        Assert.That((accepted.Accept.Payment.Credit, session.IsPaid), Is.EqualTo((7UL, true)));
        Assert.That(
            session.Receive(new JobMessage { Payment = new Payment() }, Now), Is.InstanceOf<SessionStep.Pay>());
    }

    [Test]
    public void Withholding_CountsOnceForEachShardThatWasDelivered()
    {
        ProviderSession session = Paid();
        session.Receive(JobMessages.Of(GoodOffer()), Now);
        session.Accept(new AcceptPayment());
        var withheld = new JobMessage { PaymentWithheld = new PaymentWithheld { ShardId = 0, Attempt = 1 } };
        Assert.That(session.Receive(withheld, Now), Is.InstanceOf<SessionStep.Ignore>(), "nothing was delivered");

        Shard shard = GoodShard();
        withheld.PaymentWithheld.Attempt = shard.Attempt;
        session.Receive(JobMessages.Of(shard), Now);
        session.ShardEnded(shard.ShardId, [1]);
        Assert.That(session.Receive(withheld, Now), Is.InstanceOf<SessionStep.Withhold>());
        Assert.That(session.Receive(withheld, Now), Is.InstanceOf<SessionStep.Ignore>());
    }

    [Test]
    public void AnyBytes_GiveAStepAndNoException([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        Accept();
        byte[] good = JobMessages.Of(GoodShard()).ToByteArray();
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = [.. good];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            JobMessage message;
            try
            {
                message = JobMessage.Parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException)
            {
                continue;
            }

            Assert.That(_session.Receive(message, Now), Is.Not.Null);
        }
    }

    private ProviderSession Paid() => new(
        new ProviderLimits(), Aggregator.Id, root => root == Model ? new ServedEngine(root, _engine, 4, null!) : null,
        () => _stopping, mayBePaid: true);

    private static TestCaseData Bad(string name, Action<Offer> spoil, string field) =>
        new TestCaseData(spoil, field).SetArgDisplayNames(name);

    private static TestCaseData BadShard(string name, Action<Shard> spoil, string reason) =>
        new TestCaseData(spoil, reason).SetArgDisplayNames(name);

    private static Offer GoodOffer() => new()
    {
        JobId = ByteString.CopyFrom(new byte[16]),
        Kind = JobKind.Chat,
        ModelRoot = ByteString.CopyFrom(Model.ToBytes()),
        Sampling = new Sampling { TopP = 1, MaxTokens = 16 },
        TotalItems = 100,
        SecretCommitment = ByteString.CopyFrom(new byte[32]),
    };

    private static Shard GoodShard(ulong shard = 0, int items = 2)
    {
        var made = new Shard { ShardId = shard, Attempt = 1 };
        for (int i = 0; i < items; i++)
        {
            var item = new Item { Index = (ulong)i, Chat = new ChatMessages() };
            item.Chat.Messages.Add(new ChatMessage { Role = "user", Content = "hello" });
            made.Items.Add(item);
        }

        return made;
    }

    private void Accept() => _session.Receive(JobMessages.Of(GoodOffer()), Now);

    private static byte[] Envelope => [1, 2, 3];

    [TestCase("sse42", false, true)]
    [TestCase("x64", false, true)]
    [TestCase("haswell", false, false)]
    [TestCase("sse42", true, false)]
    public void ExactOffer_IsTakenByEnginesOfReproducibleBitsAlone(string variant, bool flash, bool taken)
    {
        _engine = new EngineDescription
        {
            Name = "llama.cpp", Device = "cpu", CpuVariant = variant, FlashAttention = flash, KvMode = "per-sequence",
        };
        Offer offer = GoodOffer();
        offer.Exact = true;

        SessionStep step = _session.Receive(JobMessages.Of(offer), Now);

        Assert.That(step, taken ? Is.InstanceOf<SessionStep.Reply>() : Is.InstanceOf<SessionStep.Close>());
        Assert.That(
            (step as SessionStep.Close)?.Message.Decline.Reason,
            taken ? Is.Null : Is.EqualTo(Core.Schemas.Decline.Types.Reason.NotExact));
    }

    private byte[] Finished()
    {
        Accept();
        _session.Receive(JobMessages.Of(GoodShard()), Now);
        _session.ShardEnded(0, Envelope);
        return ReceiptEnvelope.HashOf(Envelope);
    }

    private void AssertViolation(JobMessage message, string reason) => Assert.That(
        (_session.Receive(message, Now) as SessionStep.Violation)?.Reason, Does.Contain(reason));

    private void AssertFailed(Shard shard, string reason) => Assert.That(
        (_session.Receive(JobMessages.Of(shard), Now) as SessionStep.Reply)?.Message.ShardFailed?.Message,
        Does.Contain(reason));
}
