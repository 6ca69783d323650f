using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Daemon.Nodes;
using Infernet.Execution.Challenges;
using Infernet.Libp2p.Hosting;
using Reason = Infernet.Core.Schemas.ChallengeDecline.Types.Reason;

namespace Infernet.Daemon.Tests.Nodes;

/// <summary>A node against provers that cheat and challengers that want too much.</summary>
[TestFixture]
public sealed class HostileChallengeTests
{
    [Test]
    public async Task Prover_ThatCommitsToNothing_FailsWithTheReason()
    {
        ChallengeReport report = await ChallengeAsync(async stream =>
        {
            await ScriptedProver.ReadAsync(stream);
            await ScriptedProver.SendAsync(stream, ChallengeMessages.Ready());
            await ScriptedProver.ReadAsync(stream);
            await ScriptedProver.SendAsync(stream, ChallengeMessages.Commitment(new byte[32]));
            await ScriptedProver.ReadAsync(stream);
            await ScriptedProver.SendAsync(stream, ChallengeMessages.Of(new ChallengeAnswer()));
            await ScriptedProver.ReadAsync(stream);
        });

        Assert.That(report.Verdict, Is.EqualTo("failed"));
        Assert.That(report.Reason, Does.Contain("opens 0 rows"));
        Assert.That(report.Rate, Is.Null);
    }

    [Test]
    public async Task Prover_ThatComputesRightlyButClaimsAHundredMachines_IsSlow()
    {
        ChallengeReport report = await ChallengeAsync(ProveAsync);

        Assert.That(report.Verdict, Is.EqualTo("slow"));
        Assert.That(report.Rate, Is.GreaterThan(0).And.LessThan(report.ClaimedRate!.Value));
    }

    [Test]
    public async Task Prover_ThatClosesInTheMiddle_Fails()
    {
        ChallengeReport report = await ChallengeAsync(async stream =>
        {
            await ScriptedProver.ReadAsync(stream);
            await ScriptedProver.SendAsync(stream, ChallengeMessages.Ready());
        });

        Assert.That(report.Verdict, Is.EqualTo("failed"));
        Assert.That(report.Reason, Does.StartWith("broke off"));
    }

    [Test]
    public async Task Prover_ThatSendsGarbage_Fails()
    {
        ChallengeReport report = await ChallengeAsync(async stream =>
        {
            await ScriptedProver.ReadAsync(stream);
            await stream.Output.WriteAsync(new byte[] { 5, 255, 255, 255, 255, 255 });
            await stream.CloseWriteAsync();
        });

        Assert.That(report.Verdict, Is.EqualTo("failed"));
    }

    [Test]
    public async Task Prover_ThatDeclines_IsNotMeasured()
    {
        ApiException refused = (await Assert.ThrowsAsync<ApiException>(() => ChallengeAsync(async stream =>
        {
            await ScriptedProver.ReadAsync(stream);
            await ScriptedProver.SendAsync(
                stream, ChallengeMessages.Of(ChallengeMessages.Decline(Reason.Busy, "later")));
        })))!;

        Assert.That(refused.Error.Code, Is.EqualTo("unsuitable"));
        Assert.That(refused.Message, Does.Contain("Busy: later"));
    }

    [Test]
    public async Task Peer_ThatIsGone_IsUnreachable()
    {
        await using var nodes = new TestNodes();
        Node node = await nodes.StartAsync("node");
        ScriptedProver gone = await ScriptedProver.StartAsync();
        await gone.DisposeAsync();

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(() => node.Challenges.ChallengeAsync(
            gone.Host.Id, ChallengeKernels.MatrixProduct, 256, CancellationToken.None)))!;

        Assert.That(refused.Error.Code, Is.EqualTo("unreachable"));
    }

    [Test]
    public async Task Challenger_ThatAsksForTooMuch_IsDeclinedAndTheNodeGoesOn()
    {
        await using var nodes = new TestNodes();
        Node node = await nodes.StartAsync("node");
        await using ScriptedProver challenger = await ScriptedProver.StartAsync();

        Assert.That(
            (await AskAsync(challenger, node, r => r.Size = ulong.MaxValue)).Decline.Reason,
            Is.EqualTo(Reason.RequestInvalid));
        Assert.That(
            (await AskAsync(challenger, node, r => (r.Kernel, r.Size, r.Steps) = ("memory-walk", 1UL << 44, 64)))
                .Decline.Reason,
            Is.EqualTo(Reason.TooLarge));
        Assert.That((await AskAsync(challenger, node, r => r.Size = 256)).Ready, Is.Not.Null);
    }

    [Test]
    public async Task Challenger_ThatFloods_IsDeclinedAfterItsShare()
    {
        await using var nodes = new TestNodes();
        Node node = await nodes.StartAsync("node");
        await using ScriptedProver challenger = await ScriptedProver.StartAsync();
        var answers = new List<ChallengeMessage>();
        for (int i = 0; i < 8; i++)
        {
            answers.Add(await AskAsync(challenger, node, _ => { }));
        }

        // The one before may still be on its way out when the next one comes.
        Assert.That(answers.Count(a => a.Ready is not null), Is.InRange(1, 4));
        Assert.That(answers[^1].Decline?.Reason, Is.EqualTo(Reason.Limit).Or.EqualTo(Reason.Busy));
    }

    [Test]
    public async Task Challenger_ThatBreaksTheProtocol_IsCutOff()
    {
        await using var nodes = new TestNodes();
        Node node = await nodes.StartAsync("node");
        await using ScriptedProver challenger = await ScriptedProver.StartAsync();
        await using PeerStream stream = await OpenAsync(challenger, node);
        await ScriptedProver.SendAsync(stream, ChallengeMessages.Opening(new byte[32]));

        await Assert.ThrowsAsync<StreamResetException>(() => ScriptedProver.ReadAsync(stream));
    }

    private static async Task<ChallengeReport> ChallengeAsync(Func<PeerStream, Task> script)
    {
        await using var nodes = new TestNodes();
        Node node = await nodes.StartAsync("node");
        await using ScriptedProver prover = await ScriptedProver.StartAsync(script);
        await node.Peers.ConnectAsync(prover.Address, CancellationToken.None);
        return await node.Challenges.ChallengeAsync(
            prover.Host.Id, ChallengeKernels.MatrixProduct, 256, CancellationToken.None);
    }

    private static async Task ProveAsync(PeerStream stream)
    {
        ChallengeRequest request = (await ScriptedProver.ReadAsync(stream))!.Request;
        using IChallengeWork work =
            ChallengeKernels.CreateWork(ChallengeMessages.ShapeOf(request), request.Seed.Span);
        work.Prepare(CancellationToken.None);
        await ScriptedProver.SendAsync(stream, ChallengeMessages.Ready());
        while (await ScriptedProver.ReadAsync(stream) is { } message)
        {
            if (message.Round is { } round)
            {
                await ScriptedProver.SendAsync(
                    stream, ChallengeMessages.Commitment(work.Commit(round.Seed.Span, CancellationToken.None)));
            }
            else if (message.Opening is { } opening)
            {
                await ScriptedProver.SendAsync(stream, ChallengeMessages.Of(work.Open(opening.Seed.Span)));
            }
        }
    }

    private static async Task<ChallengeMessage> AskAsync(
        ScriptedProver challenger, Node node, Action<ChallengeRequest> change)
    {
        await using PeerStream stream = await OpenAsync(challenger, node);
        var request = new ChallengeRequest
        {
            Kernel = "matmul-int8", Device = "cpu", Size = 64, Rounds = 1, Lanes = 1, Openings = 1,
            Seed = ByteString.CopyFrom(new byte[32]),
        };
        change(request);
        await ScriptedProver.SendAsync(stream, ChallengeMessages.Of(request));
        return (await ScriptedProver.ReadAsync(stream))!;
    }

    private static async Task<PeerStream> OpenAsync(ScriptedProver challenger, Node node)
    {
        await challenger.Host.ConnectAsync(
            Core.Multiformats.Multiaddr.Parse(node.Status().ListenAddresses[0]), CancellationToken.None);
        return await challenger.Host.OpenStreamAsync(node.Id, ChallengeProtocol.Id, CancellationToken.None);
    }
}
