using System.Threading.Channels;
using Infernet.Core.Audits;
using Infernet.Core.Evidence;
using Infernet.Core.Reputation;
using Infernet.Core.Tests.Evidence;
using Infernet.Daemon.Reputation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Reputation;

[TestFixture]
public sealed class EvidencePublisherTests
{
    private readonly SemaphoreSlim _mayTell = new(0);
    private Channel<byte> _told = null!;
    private TaskCompletionSource _busy = null!;

    [SetUp]
    public void Begin() => (_told, _busy) = (Channel.CreateUnbounded<byte>(), new TaskCompletionSource());

    [OneTimeTearDown]
    public void End() => _mayTell.Dispose();

    [Test]
    public async Task Waiting_AreTold_RejectionsFirst_ThenAudits_ThenTheLargestReceipts()
    {
        await using EvidencePublisher publisher = await BusyAsync(new EvidenceOptions());
        publisher.Enqueue(Fact(1, null, tokens: 10));
        publisher.Enqueue(Fact(2, null, tokens: 1_000));
        publisher.Enqueue(Fact(3, ShardOutcome.Verified));
        publisher.Enqueue(Fact(4, ShardOutcome.Rejected));

        _mayTell.Release(5);

        Assert.That(await ToldAsync(5), Is.EqualTo((byte[])[0, 4, 3, 2, 1]));
    }

    [Test]
    public async Task Waiting_BeyondTheQueue_AreNotTold_TheLeastTellingFirst()
    {
        await using EvidencePublisher publisher = await BusyAsync(new EvidenceOptions { MaxWaiting = 2 });
        publisher.Enqueue(Fact(1, null));
        publisher.Enqueue(Fact(2, ShardOutcome.Verified));
        publisher.Enqueue(Fact(3, ShardOutcome.Rejected));
        publisher.Enqueue(Fact(4, ShardOutcome.Rejected));

        _mayTell.Release(3);

        Assert.That(await ToldAsync(3), Is.EqualTo((byte[])[0, 3, 4]));
    }

    [Test]
    public async Task Failure_ToTell_StopsNothing()
    {
        int tries = 0;
        await using var publisher = new EvidencePublisher(
            new EvidenceOptions(),
            (fact, _) => tries++ == 0 ? throw new IOException("no network") : _told.Writer.WriteAsync(fact.Span[0], default),
            NullLogger.Instance);
        publisher.Enqueue(Fact(1, null));
        publisher.Enqueue(Fact(2, null));

        Assert.That(await ToldAsync(1), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Facts_BeyondTheirRate_Wait()
    {
        await using EvidencePublisher publisher = await BusyAsync(new EvidenceOptions { PublishBurst = 2 });
        publisher.Enqueue(Fact(1, null));
        publisher.Enqueue(Fact(2, null));
        _mayTell.Release(3);

        await ToldAsync(2);

        Assert.That(_told.Reader.TryRead(out _), Is.False);
        _ = await _mayTell.WaitAsync(0);
    }

    /// <summary>A publisher that is held up by its first fact, so that the next ones wait in its queue.</summary>
    private async Task<EvidencePublisher> BusyAsync(EvidenceOptions options)
    {
        var publisher = new EvidencePublisher(options, TellAsync, NullLogger.Instance);
        publisher.Enqueue(Fact(0, null));
        await _busy.Task.WaitAsync(ReputationFixture.Patience);
        return publisher;
    }

    private async ValueTask TellAsync(ReadOnlyMemory<byte> fact, CancellationToken cancellationToken)
    {
        _busy.TrySetResult();
        await _mayTell.WaitAsync(cancellationToken);
        await _told.Writer.WriteAsync(fact.Span[0], cancellationToken);
    }

    private async Task<byte[]> ToldAsync(int count)
    {
        byte[] told = new byte[count];
        for (int i = 0; i < count; i++)
        {
            told[i] = await _told.Reader.ReadAsync().AsTask().WaitAsync(ReputationFixture.Patience);
        }

        return told;
    }

    private static CheckedEvidence Fact(byte number, ShardOutcome? outcome, long tokens = 1) => new(
        new[] { number },
        new Observation
        {
            Id = $"{number}",
            Kind = outcome is null ? ObservationKind.Receipt : ObservationKind.Audit,
            Provider = TestEvidence.Identity(1).Id,
            Aggregator = TestEvidence.Identity(2).Id,
            Work = $"{number}",
            Tokens = tokens,
            Finding = outcome is { } found ? new ShardFinding(found, 0) : null,
            At = TestEvidence.Now,
        });
}
