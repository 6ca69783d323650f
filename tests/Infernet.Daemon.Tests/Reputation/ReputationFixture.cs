using System.Threading.Channels;
using Infernet.Core.Evidence;
using Infernet.Core.Identity;
using Infernet.Core.Tests.Evidence;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Reputation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Reputation;

/// <summary>A reputation service over a journal in a folder of its own, at a time that the test sets.</summary>
internal sealed class ReputationFixture : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("infernet-reputation-").FullName;
    private readonly EvidenceOptions _options;
    private NodeJournal _journal = null!;

    private ReputationFixture(EvidenceOptions options) => _options = options;

    /// <summary>Two of <see cref="TestEvidence"/>: the aggregator by default.</summary>
    public static PeerId Self { get; } = TestEvidence.Identity(2).Id;

    public static PeerId Provider { get; } = TestEvidence.Identity(1).Id;

    /// <summary>Nothing is let in again once a burst is used up, however slow the test runs.</summary>
    public static EvidenceOptions NoRefill { get; } = new()
    {
        ListeningPeriod = TimeSpan.FromDays(1), SigningPeriod = TimeSpan.FromDays(1),
    };

    public ReputationService Service { get; private set; } = null!;

    public EvidenceTable Table => _journal.Evidence;

    /// <summary>What was told to others.</summary>
    public Channel<byte[]> Told { get; } = Channel.CreateUnbounded<byte[]>();

    public SettableTime Time { get; } = new(TestEvidence.Now);

    public static async Task<ReputationFixture> OpenAsync(EvidenceOptions? options = null)
    {
        var fixture = new ReputationFixture(options ?? NoRefill);
        await fixture.StartAsync();
        return fixture;
    }

    /// <summary>Ends and starts again, over the same journal.</summary>
    public async Task RestartAsync(string arithmetic = "1")
    {
        await Service.DisposeAsync();
        await _journal.DisposeAsync();
        await StartAsync(arithmetic);
    }

    public Task RecordAsync(TestEvidence made, bool verdict = true) =>
        Service.RecordOwnAsync(verdict ? made.Verdict() : made.Receipt(), CancellationToken.None);

    public Task<EvidenceReception> HearAsync(Core.Schemas.Evidence fact, PeerId? from = null) =>
        Service.ReceiveAsync(
            EvidenceBytes.Canonical(fact), from ?? TestEvidence.Identity(50).Id, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await _journal.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync(string arithmetic = "1")
    {
        _journal = NodeJournal.Open(new JournalOptions { Path = Path.Combine(_folder, "infernet.db") });
        Service = await ReputationService.OpenAsync(
            Self, _journal.Evidence,
            new ReputationSetup
            {
                Arithmetic = arithmetic,
                Evidence = _options,
                Publish = (fact, token) => Told.Writer.WriteAsync(fact.ToArray(), token),
                Time = Time,
                Log = NullLogger.Instance,
            },
            CancellationToken.None);
    }

    internal sealed class SettableTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
