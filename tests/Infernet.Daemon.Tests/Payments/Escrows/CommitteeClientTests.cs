using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Tests.Payments.Escrows;

/// <summary>How a payee gathers the committee's signatures, whatever members say or don't.</summary>
[TestFixture]
public sealed class CommitteeClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private ReleaseBench _bench = null!;
    private ReleaseRequest? _request;
    private NodeIdentity[] _members = null!;
    private Dictionary<PeerId, Func<CancellationToken, Task<ReleaseAnswer>>> _answers = null!;

    [SetUp]
    public void SetUp()
    {
        (_bench, _request) = (new ReleaseBench(), null);
        _members = [.. Enumerable.Range(0, 3).Select(_ => NodeIdentity.Generate())];
        _bench.Config = _bench.Config with
        {
            Committee = [.. _members.Select(m => new Address(m.PublicKey))], Threshold = 2,
        };
        _answers = _members.ToDictionary(
            m => m.Id, m => (Func<CancellationToken, Task<ReleaseAnswer>>)(_ => Task.FromResult(SignedBy(m))));
    }

    [Test]
    public async Task TwoOfThree_AreEnough_AndTheThirdIsNotWaitedFor()
    {
        _answers[_members[0].Id] = async token =>
        {
            await new TaskCompletionSource().Task.WaitAsync(token);
            return new ReleaseAnswer();
        };

        IReadOnlyList<AttestationView> views = await AttestAsync();

        Assert.That(
            views.Select(v => v.Signer), Is.EquivalentTo(_members[1..].Select(m => new Address(m.PublicKey).ToString())));
        Assert.That(views.Select(v => (v.Action, v.Amount, v.Slot)), Is.All.EqualTo(("release", ReleaseBench.Owed, 77ul)));
    }

    [Test]
    public async Task AnswersThatAreWorthNothing_AreSaidOneByOne()
    {
        _answers[_members[0].Id] = _ => throw new IOException("no route");
        _answers[_members[1].Id] = _ => Task.FromResult(AttestDesk.Refuse("too early"));
        await FailsAsync("no route", "says: too early", "1 of the committee sign", "2 must");

        _answers[_members[0].Id] = _ => Task.FromResult(SignedBy(_members[1]));
        await FailsAsync("the signature of", "does not hold");
        _answers[_members[0].Id] = _ =>
        {
            ReleaseAnswer other = SignedBy(_members[0], openedSlot: 78);
            return Task.FromResult(other);
        };
        await FailsAsync("signs something else");
        _answers[_members[0].Id] = _ => Task.FromResult(new ReleaseAnswer { Signature = ByteString.CopyFrom(1) });
        await FailsAsync("signs something else");
        _answers[_members[0].Id] = _ => throw new TimeoutException("silence");
        await FailsAsync("silence");
    }

    [Test]
    public async Task EscrowThatIsGone_IsAskedNobodyFor()
    {
        _bench.State = null;
        PaymentException gone = (await Assert.ThrowsAsync<PaymentException>(AttestAsync))!;
        Assert.That(gone.Code, Is.EqualTo(PaymentCodes.ContractUnknown));
    }

    private async Task FailsAsync(params string[] words)
    {
        PaymentException failed = (await Assert.ThrowsAsync<PaymentException>(AttestAsync))!;
        Assert.That(failed.Code, Is.EqualTo(PaymentCodes.Attestation));
        foreach (string word in words)
        {
            Assert.That(failed.Message, Does.Contain(word));
        }
    }

    private Task<IReadOnlyList<AttestationView>> AttestAsync() => new CommitteeClient(
        _bench.Program,
        _ => ValueTask.FromResult(new ClusterFacts(_bench.Genesis, _bench.Config, Asset.Sol, Asset.Sol, 0)),
        (_, _) => Task.FromResult(_bench.State),
        (peer, _, token) => _answers[peer](token)).AttestAsync(_request ??= _bench.Request(), default).WaitAsync(Limit);

    private ReleaseAnswer SignedBy(NodeIdentity member, ulong openedSlot = 77)
    {
        _request ??= _bench.Request();
        Assert.That(Infernet.Solana.Settlement.Voucher.TryDecode(_request.Voucher.Span, out var voucher), Is.True);
        byte[] bytes = ReleaseCheck.AttestationOf(_bench.Program, _request, voucher, openedSlot).Encode();
        return new ReleaseAnswer
        {
            Attestation = ByteString.CopyFrom(bytes), Signature = ByteString.CopyFrom(member.Sign(bytes)),
        };
    }
}
