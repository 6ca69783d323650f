using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Tests.Payments.Escrows;

/// <summary>What a member of the committee signs for, and what it refuses to.</summary>
[TestFixture]
public sealed class AttestDeskTests
{
    private ReleaseBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new ReleaseBench();

    private static IEnumerable<TestCaseData> WrongReferences()
    {
        yield return Wrong("Cluster", r => r.Genesis = Other(), "wrong cluster");
        yield return Wrong("Program", r => r.Program = Other(), "wrong program");
        yield return Wrong("Payer", r => r.Payer = Other(), "the voucher is for");
        yield return Wrong("Payee", r => r.Payee = Other(), "the voucher is for");
        yield return Wrong("Mint", r => r.Mint = Other(), "another mint");
        yield return Wrong("MintLength", r => r.Mint = ByteString.CopyFrom(1, 2), "mint has 2 bytes");
        yield return Wrong("PayeeLength", r => r.Payee = ByteString.CopyFrom(1), "payee has 1 bytes");
        yield return Wrong("JobLength", r => r.Job = ByteString.Empty, "job has 0 bytes");
        yield return Wrong("Job", r => r.Job = Other(), "another intent or another job");
        yield return Wrong("SaltLength", r => r.Salt = ByteString.Empty, "salt has 0 bytes");
        yield return Wrong("Salt", r => r.Salt = ByteString.CopyFrom(new byte[16]), "does not name");

        static TestCaseData Wrong(string name, Action<EscrowReference> spoil, string reason) =>
            new TestCaseData(spoil, reason).SetArgDisplayNames(name);

        static ByteString Other() => ByteString.CopyFrom(ReleaseBench.Key().Span);
    }

    private static IEnumerable<TestCaseData> WrongVouchers()
    {
        yield return Wrong("OtherEscrow", _ => new Voucher(ReleaseBench.Key(), 1, 0), "the voucher is for");
        yield return Wrong("Nothing", e => new Voucher(e, 0, 0), "nothing is owed");
        yield return Wrong("Ended", e => new Voucher(e, 1, 5), "the voucher ended");
        yield return Wrong("TooMuch", e => new Voucher(e, ReleaseBench.Amount + 1, 0), "holds 1000000");
        yield return Wrong("Endless", e => new Voucher(e, ulong.MaxValue, 0), "holds 1000000");

        static TestCaseData Wrong(string name, Func<Address, Voucher> make, string reason) =>
            new TestCaseData(make, reason).SetArgDisplayNames(name);
    }

    [Test]
    public async Task Request_OfThePayee_IsSignedAsTheProgramTakesIt()
    {
        ReleaseRequest request = _bench.Request();
        ReleaseAnswer answer = await _bench.AskAsync(request);

        byte[] expected = new Attestation(
            _bench.Program, _bench.Escrow, ReleaseCheck.EvidenceOf(request, _bench.Escrow), AttestationAction.Release,
            ReleaseBench.Owed, 77, 0).Encode();
        Assert.That(answer.Problem, Is.Empty);
        Assert.That(answer.Attestation.ToByteArray(), Is.EqualTo(expected));
        Assert.That(Ed25519.Verify(_bench.Member.PublicKey, expected, answer.Signature.Span), Is.True);
    }

    [Test]
    public async Task Request_OfThePayerOrAStranger_IsRefused()
    {
        foreach (NodeIdentity asker in (NodeIdentity[])[_bench.Payer, NodeIdentity.Generate(), _bench.Member])
        {
            await RefusedAsync(_bench.Request(), "nobody else may ask", asker);
        }
    }

    [TestCaseSource(nameof(WrongReferences))]
    public async Task Request_WithAWrongReference_IsRefusedWithoutAskingTheChain(
        Action<EscrowReference> spoil, string reason)
    {
        ReleaseRequest request = _bench.Request();
        spoil(request.Escrow);
        await RefusedAsync(request, reason);
    }

    [TestCaseSource(nameof(WrongVouchers))]
    public async Task Request_WithAWrongVoucher_IsRefused(Func<Address, Voucher> voucher, string reason)
    {
        ReleaseAnswer answer = await _bench.AskAsync(_bench.Request(voucher: voucher(_bench.Escrow)));
        Assert.That(answer.Problem, Does.Contain(reason));
        Assert.That(answer.Signature, Is.Empty);
    }

    // The chain names a payer's wallet, not who signs for it: whoever could make that up could sign any sum to itself.
    [Test]
    public async Task Request_WithAPayerThatThePayeeMadeUp_IsRefused()
    {
        var made = NodeIdentity.Generate();
        await RefusedAsync(
            _bench.Request(i => i.Payer = made.Id.ToByteString(), payer: made, signer: made), "does not name");
        ReleaseRequest withItsId = _bench.Request(
            i => (i.Payer, i.Id) = (made.Id.ToByteString(), ByteString.CopyFrom(EscrowName.IdOf(made.Id, _bench.Name.Salt.Span))),
            payer: made, signer: made);
        await RefusedAsync(withItsId, "another intent");
    }

    [Test]
    public async Task Request_WhoseIntentIsNotThePayers_IsRefused()
    {
        await RefusedAsync(_bench.Request(payer: NodeIdentity.Generate()), "signature is wrong");
        ReleaseRequest broken = _bench.Request();
        broken.IntentEnvelope = ByteString.CopyFrom(broken.IntentEnvelope.ToByteArray()[..^1]);
        await RefusedAsync(broken, "signature is wrong");
        await RefusedAsync(_bench.Request(i => i.JobId = ByteString.CopyFrom(new byte[16])), "another job");
        await RefusedAsync(_bench.Request(i => i.Id = ByteString.Empty), "another intent");
        await RefusedAsync(
            _bench.Request(i => i.Mint = ByteString.CopyFrom(ReleaseBench.Key().Span)), "another mint");
    }

    [Test]
    public async Task Request_WithAVoucherOfSomebodyElse_IsRefused()
    {
        await RefusedAsync(_bench.Request(signer: _bench.Payee), "not signed by");
        ReleaseRequest unsigned = _bench.Request();
        unsigned.Signature = ByteString.Empty;
        await RefusedAsync(unsigned, "not signed by");
        unsigned.Voucher = ByteString.CopyFrom(new byte[49]);
        await RefusedAsync(unsigned, "a voucher has 50 bytes");
    }

    [Test]
    public async Task Request_ForAnEscrowThatIsGoneOrHasExpired_IsRefused()
    {
        _bench.State = _bench.State! with { Expiry = _bench.Time.GetUtcNow().ToUnixTimeSeconds() };
        Assert.That((await _bench.AskAsync(_bench.Request())).Problem, Does.Contain("has expired"));
        _bench.State = null;
        Assert.That((await _bench.AskAsync(_bench.Request())).Problem, Does.Contain("there is no escrow"));
    }

    [Test]
    public async Task Request_ToANodeThatIsNoMember_IsRefused()
    {
        _bench.Config = _bench.Config with { Committee = [ReleaseBench.Key()] };
        await RefusedAsync(_bench.Request(), "none of the committee's");
    }

    [Test]
    public async Task Chain_ThatIsAwayOrSilent_IsSaidWithoutDetails()
    {
        foreach ((Func<CancellationToken, Task<EscrowState?>> chain, string says) in
            ((Func<CancellationToken, Task<EscrowState?>>, string)[])[
                (_ => throw new PaymentException(PaymentCodes.RpcUnreachable, "http://10.0.0.1 is away"), "can't be asked"),
                (async token =>
                {
                    _bench.Time.Advance(TimeSpan.FromSeconds(11));
                    await new TaskCompletionSource().Task.WaitAsync(token);
                    return null;
                }, "does not answer in time"),
            ])
        {
            var desk = new AttestDesk(
                _bench.Member, _bench.Program,
                _ => ValueTask.FromResult(new Infernet.Daemon.Payments.Chain.ClusterFacts(
                    _bench.Genesis, _bench.Config, Asset.Sol, Asset.Sol, 0)),
                (_, token) => chain(token), TimeSpan.FromSeconds(10), _bench.Time);
            ReleaseAnswer answer = await desk.AnswerAsync(_bench.Request(), _bench.Payee.Id, default)
                .WaitAsync(TimeSpan.FromSeconds(30));
            Assert.That(answer.Problem, Does.Contain(says).And.Not.Contain("10.0.0.1"));
        }
    }

    [Test]
    public async Task Request_OfAnyBytes_IsAnsweredOrNone([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        byte[] good = _bench.Request().ToByteArray();
        for (int i = 0; i < 400; i++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int n = random.Next(1, 6); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            ReleaseRequest request;
            try
            {
                request = ReleaseRequest.Parser.ParseFrom(bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length));
            }
            catch (InvalidProtocolBufferException)
            {
                continue;
            }

            ReleaseAnswer answer = await _bench.AskAsync(request);
            Assert.That(answer.Signature.IsEmpty, Is.Not.EqualTo(answer.Problem.Length == 0), $"seed {seed}");
        }
    }

    [Test]
    public void Attestation_OfTheSameRequestWrittenOtherwise_IsTheSame()
    {
        ReleaseRequest request = _bench.Request();
        var rewritten = ReleaseRequest.Parser.ParseFrom([.. request.ToByteArray(), 0x7A, 2, 1, 2]);
        Assert.That(
            ReleaseCheck.EvidenceOf(rewritten, _bench.Escrow), Is.EqualTo(ReleaseCheck.EvidenceOf(request, _bench.Escrow)));
    }

    private async Task RefusedAsync(ReleaseRequest request, string reason, NodeIdentity? asker = null)
    {
        ReleaseAnswer answer = await _bench.AskAsync(request, asker);
        Assert.That(answer.Problem, Does.Contain(reason));
        Assert.That((answer.Signature.Length, answer.Attestation.Length, _bench.Questions), Is.EqualTo((0, 0, 0)));
    }
}
