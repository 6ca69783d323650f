using System.IO.Pipelines;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Serving;
using Infernet.Daemon.Audits.Wire;
using Infernet.Daemon.Payments.Earning;
using Infernet.Libp2p.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Infernet.Core.Schemas.AuditDecline.Types;
using static Infernet.Daemon.Tests.Audits.TestAudits;

namespace Infernet.Daemon.Tests.Audits.Serving;

/// <summary>The serving auditor over pipes: floods, silence, oversized requests, engines that fail.</summary>
[TestFixture]
public sealed class AuditServiceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly NodeIdentity _auditor = NodeIdentity.Generate();
    private readonly NodeIdentity _aggregator = NodeIdentity.Generate();
    private ManualTime _clock = null!;
    private TaskCompletionSource _begun = null!;
    private TaskCompletionSource _release = null!;
    private int _judging;
    private int _mostJudging;

    [SetUp]
    public void SetUp()
    {
        _clock = new ManualTime();
        _begun = new TaskCompletionSource();
        _release = new TaskCompletionSource();
        _judging = _mostJudging = 0;
    }

    [Test]
    public async Task Request_IsJudgedAndCounted()
    {
        _release.SetResult();
        await using AuditService service = Service();
        (AuditLink link, Task<bool> serving) = Connect(service);
        AuditRequest request = Request();

        AuditMessage committed = await AskAsync(link, AuditMessages.Of(request));
        AuditMessage revealed = await AskAsync(link, AuditMessages.RevealRequest);
        byte[] envelope = revealed.Reveal.VerdictEnvelope.ToByteArray();
        await link.SendAsync(
            AuditMessages.Of(VerdictAcknowledgement.Sign(_aggregator, VerdictEnvelope.HashOf(envelope))), default);

        Assert.That(await serving.WaitAsync(Patience), Is.True);
        Assert.That(
            VerdictCommitment.IsFor(committed.Commitment.Hash.Span, revealed.Reveal.Salt.Span, envelope), Is.True);
        Assert.That(service.Judged, Is.EqualTo(1));
    }

    [Test]
    public async Task Requests_OfOnePeer_AreBounded()
    {
        await using AuditService service = Service(new AuditServingLimits { MaxSessionsPerPeer = 2 });
        List<(AuditLink Link, Task<bool> Serving)> connected = [Connect(service), Connect(service), Connect(service)];

        AuditMessage? declined = await connected[2].Link.ReadAsync(default).AsTask().WaitAsync(Patience);

        Assert.That(declined!.Decline.Reason, Is.EqualTo(Reason.Busy));
        Assert.That(await connected[2].Serving.WaitAsync(Patience), Is.True);
    }

    [Test]
    public async Task Requests_OfAllPeers_AreBounded()
    {
        await using AuditService service = Service(new AuditServingLimits { MaxSessions = 3 });
        for (int i = 0; i < 3; i++)
        {
            Connect(service, NodeIdentity.Generate().Id);
        }

        (AuditLink link, _) = Connect(service, NodeIdentity.Generate().Id);

        Assert.That(
            (await link.ReadAsync(default).AsTask().WaitAsync(Patience))!.Decline.Reason, Is.EqualTo(Reason.Busy));
    }

    [Test]
    public async Task Peer_ThatIsNotWelcome_IsDeclined()
    {
        await using AuditService service = Service(welcome: false);
        (AuditLink link, _) = Connect(service);

        Assert.That(
            (await link.ReadAsync(default).AsTask().WaitAsync(Patience))!.Decline.Reason, Is.EqualTo(Reason.Busy));
    }

    [Test]
    public async Task Requests_AreJudgedOneAtATime()
    {
        await using AuditService service = Service();
        (AuditLink Link, Task<bool> Serving)[] connected = [Connect(service), Connect(service), Connect(service)];
        Task<AuditMessage>[] answers = [.. connected.Select(c => AskAsync(c.Link, AuditMessages.Of(Request())))];
        _release.SetResult();
        await Task.WhenAll(answers).WaitAsync(Patience);

        Assert.That(_mostJudging, Is.EqualTo(1));
    }

    [Test]
    public async Task Silence_BeforeTheRequest_EndsTheSession()
    {
        var limits = new AuditServingLimits();
        await using AuditService service = Service(limits);
        (_, Task<bool> serving) = Connect(service);

        _clock.Advance(limits.RequestTimeout + TimeSpan.FromSeconds(1));

        Assert.That(await serving.WaitAsync(Patience), Is.False);
    }

    [Test]
    public async Task Reveal_ThatIsNeverAskedFor_EndsTheSession()
    {
        _release.SetResult();
        var limits = new AuditServingLimits();
        await using AuditService service = Service(limits);
        (AuditLink link, Task<bool> serving) = Connect(service);
        await AskAsync(link, AuditMessages.Of(Request()));

        await AdvanceUntilAsync(serving, limits.RevealTimeout + TimeSpan.FromSeconds(1));

        Assert.That(await serving, Is.False);
    }

    [Test]
    public async Task Turn_ThatDoesNotComeInTime_IsADecline()
    {
        var limits = new AuditServingLimits();
        await using AuditService service = Service(limits);
        (AuditLink link, Task<bool> serving) = Connect(service);
        Task<AuditMessage> answer = AskAsync(link, AuditMessages.Of(Request()));
        // Before that the clock would run out for the request itself.
        await _begun.Task.WaitAsync(Patience);

        await AdvanceUntilAsync(answer, limits.JudgeTimeout + TimeSpan.FromSeconds(1));

        Assert.That((await answer).Decline.Reason, Is.EqualTo(Reason.Busy));
        Assert.That(await serving.WaitAsync(Patience), Is.True);
    }

    [Test]
    public async Task Request_LargerThanAllowed_ResetsTheStream()
    {
        await using AuditService service = Service();
        var there = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        Task<bool> serving = Serve(service, there.Reader, new Pipe().Writer, _aggregator.Id);
        // A length of 16 MiB, and nothing behind it.
        await there.Writer.WriteAsync(new byte[] { 0x80, 0x80, 0x80, 0x08 });

        Assert.That(await serving.WaitAsync(Patience), Is.False);
    }

    [Test]
    public async Task Message_OutOfOrder_ResetsTheStream()
    {
        await using AuditService service = Service();
        (AuditLink link, Task<bool> serving) = Connect(service);
        await link.SendAsync(AuditMessages.RevealRequest, default);

        Assert.That(await serving.WaitAsync(Patience), Is.False);
    }

    [Test]
    public async Task Stop_EndsWhatIsBeingJudged()
    {
        AuditService service = Service();
        (AuditLink link, Task<bool> serving) = Connect(service);
        await link.SendAsync(AuditMessages.Of(Request()), default);
        await _begun.Task.WaitAsync(Patience);

        await service.DisposeAsync().AsTask().WaitAsync(Patience);

        Assert.That(await serving.WaitAsync(Patience), Is.False);
    }

    [Test]
    public async Task Request_ThatIsNotPaid_IsDeclinedBeforeAnyWork()
    {
        await using AuditService service = Service(earn: (_, _, _) => Task.FromResult<AuditAnswer>(
            new AuditAnswer.Refused(new AuditDecline { Reason = Reason.PaymentRequired, Message = "pay" })));
        (AuditLink link, Task<bool> serving) = Connect(service);

        AuditMessage answer = await AskAsync(link, AuditMessages.Of(Request()));

        Assert.That(answer.Decline.Reason, Is.EqualTo(Reason.PaymentRequired));
        Assert.That(await serving.WaitAsync(Patience), Is.True);
        Assert.That(_mostJudging, Is.Zero);
    }

    [Test]
    public async Task Verdict_ThatWasSeenAndNotSignedFor_IsOwed()
    {
        _release.SetResult();
        await using var paid = new PaidAudit(_aggregator);
        await using AuditService service = Service(earn: paid.Bench.Earner.AcceptAuditAsync);
        (AuditLink link, Task<bool> serving, PipeWriter writer) = ConnectOpen(service);
        await AskAsync(link, AuditMessages.Of(paid.Request));
        await AskAsync(link, AuditMessages.RevealRequest);

        await writer.CompleteAsync();

        await serving.WaitAsync(Patience);
        Assert.That(await paid.OwedAsync(), Is.EqualTo(PaidAudit.Cost));
    }

    [Test]
    public async Task Verdict_ThatNobodyWantsToSee_IsNotOwedAndCountsForAWhile()
    {
        _release.SetResult();
        var limits = new AuditServingLimits();
        await using var paid = new PaidAudit(_aggregator);
        await using AuditService service = Service(limits, earn: paid.Bench.Earner.AcceptAuditAsync);
        ulong before = await paid.RoomAsync();
        (AuditLink link, Task<bool> serving, PipeWriter writer) = ConnectOpen(service);
        await AskAsync(link, AuditMessages.Of(paid.Request));

        await writer.CompleteAsync();

        await serving.WaitAsync(Patience);
        Assert.That(await paid.OwedAsync(), Is.Zero);
        Assert.That(await paid.IsChannelFreeAsync(), Is.True, "it may be closed");
        Assert.That(await paid.RoomAsync(), Is.EqualTo(before - PaidAudit.Cost), "whoever goes away is not lent it again at once");
        _clock.Advance(limits.RevealTimeout + TimeSpan.FromSeconds(1));
        using var limit = new CancellationTokenSource(Patience);
        while (await paid.RoomAsync() < before)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private AuditService Service(
        AuditServingLimits? limits = null, bool welcome = true,
        Func<AuditRequest, PeerId, CancellationToken, Task<AuditAnswer>>? earn = null) => new(
        _auditor, new JudgeBench(root => root == Model ? new ServedAuditor(root, Engine, JudgeAsync) : null, 1),
        _ => welcome, limits ?? new AuditServingLimits(), _clock, NullLogger.Instance)
    {
        Earn = earn,
    };

    private async Task<IReadOnlyList<ItemVerdict>> JudgeAsync(AuditRequest request, CancellationToken cancellationToken)
    {
        _begun.TrySetResult();
        _mostJudging = Math.Max(_mostJudging, Interlocked.Increment(ref _judging));
        await _release.Task.WaitAsync(cancellationToken);
        Interlocked.Decrement(ref _judging);
        return Items(request);
    }

    private (AuditLink Link, Task<bool> Serving) Connect(AuditService service, PeerId? from = null)
    {
        (AuditLink link, Task<bool> serving, _) = ConnectOpen(service, from);
        return (link, serving);
    }

    private (AuditLink Link, Task<bool> Serving, PipeWriter Writer) ConnectOpen(AuditService service, PeerId? from = null)
    {
        var there = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var back = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        Task<bool> serving = Serve(service, there.Reader, back.Writer, from ?? _aggregator.Id);
        return (Link(back.Reader, there.Writer, _auditor.Id, AuditProtocol.MaxReplySize), serving, there.Writer);
    }

    private static Task<bool> Serve(AuditService service, PipeReader input, PipeWriter output, PeerId from) =>
        service.ServeAsync(Link(input, output, from, AuditProtocol.MaxRequestSize), CancellationToken.None);

    private static AuditLink Link(PipeReader input, PipeWriter output, PeerId remote, int maxSize) =>
        new(new Duplex(input, output), remote, () => ValueTask.CompletedTask, maxSize);

    private static async Task<AuditMessage> AskAsync(AuditLink link, AuditMessage message)
    {
        await link.SendAsync(message, default);
        return (await link.ReadAsync(default).AsTask().WaitAsync(Patience))!;
    }

    // The timer starts when the service gets there; the clock is moved until it has.
    private async Task AdvanceUntilAsync(Task done, TimeSpan step)
    {
        while (await Task.WhenAny(done, Task.Run(() => _clock.Advance(step))) != done)
        {
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
