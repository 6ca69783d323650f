using System.Threading.Channels;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Reputation;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// Hands receipts that both sides signed to the reputation service, beside the work that they are about. When more come
/// than can be written, some are left out: a fact more or less decides nothing.
/// </summary>
internal sealed partial class FactRecorder : IAsyncDisposable
{
    private const int MaxWaiting = 4_096;
    private const int MaxTogether = 256;

    private readonly ReputationService _reputation;
    private readonly ILogger _log;
    private readonly Channel<Evidence> _facts = Channel.CreateBounded<Evidence>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Task _recording;

    public FactRecorder(ReputationService reputation, ILogger log)
    {
        (_reputation, _log) = (reputation, log);
        _recording = Task.Run(RecordAsync);
    }

    /// <summary>Takes a fact; never waits.</summary>
    public void Record(AcknowledgedReceipt receipt) => _facts.Writer.TryWrite(new Evidence { Receipt = receipt });

    /// <summary>Writes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        _facts.Writer.TryComplete();
        await _recording.ConfigureAwait(false);
    }

    // Those that come while others wait for their commit go with the next one.
    private async Task RecordAsync()
    {
        var recording = new List<Task>();
        while (await _facts.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (recording.Count < MaxTogether && _facts.Reader.TryRead(out Evidence? fact))
            {
                recording.Add(RecordAsync(fact));
            }

            await Task.WhenAll(recording).ConfigureAwait(false);
            recording.Clear();
        }
    }

    private async Task RecordAsync(Evidence fact)
    {
        try
        {
            await _reputation.RecordOwnSoonAsync(fact, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is ArgumentException or JournalException)
        {
            LogNotRecorded(refused.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A signed receipt is not kept as evidence: {Reason}")]
    private partial void LogNotRecorded(string reason);
}
