using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Evidence;

/// <summary>The receipt in a fact, read step by step: sizes, signature, names, numbers, times.</summary>
internal sealed class ReceiptReading(ByteString envelope, DateTimeOffset now, EvidenceLimits limits)
{
    private const int JobIdLength = 16;
    private const int HashLength = 32;
    private Receipt _receipt = null!;
    private PeerId _provider = null!;
    private PeerId _aggregator = null!;

    public Receipt Receipt => _receipt;

    public PeerId Provider => _provider;

    public PeerId Aggregator => _aggregator;

    public byte[] Hash { get; } = ReceiptEnvelope.HashOf(envelope.Span);

    public DateTimeOffset FinishedAt { get; private set; }

    /// <summary>
    /// Names the piece of work by what the provider signed it as, and not by the envelope's bytes: the same receipt in
    /// other wrapping is still the same work.
    /// </summary>
    public string Work => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{_provider}/{_aggregator}/{Convert.ToHexStringLower(_receipt.JobId.Span)}"
        + $"/{_receipt.ShardId}/{_receipt.Attempt}")));

    public string? FindProblemOfSignature() =>
        envelope.Length > ReceiptEnvelope.MaxSize
            ? $"the receipt has {envelope.Length} bytes, at most {ReceiptEnvelope.MaxSize} are allowed"
        : !ReceiptEnvelope.TryOpen(envelope.Span, out _receipt, out _provider)
            ? "it is no receipt, or its signature is wrong"
        : null;

    public string? FindProblemOfFields()
    {
        if (!_receipt.Provider.Span.SequenceEqual(_provider.Span))
        {
            return "it names another provider than its signer";
        }

        if (!PeerId.TryParse(_receipt.Aggregator.Span, out _aggregator) || !_aggregator.TryGetEd25519(out _))
        {
            return "its aggregator is no peer that can sign";
        }

        return _aggregator == _provider ? "who did the work also asked for it: nobody else can say that it was done"
            : _receipt.JobId.Length != JobIdLength ? $"its job id has {_receipt.JobId.Length} bytes, not {JobIdLength}"
            : _receipt.OfferHash.Length != HashLength || _receipt.ItemsRoot.Length != HashLength
                ? "its hashes have not the length of hashes"
            : _receipt.ModelRoot.Length > AuditLimits.MaxModelRoot || !Cid.TryParse(_receipt.ModelRoot.Span, out _)
                ? "its model is no CID"
            : _receipt.ItemCount == 0 ? "it is for no item"
            : _receipt.CompletionTokens > (ulong)_receipt.ItemCount * AuditLimits.MaxTokens
                ? "it claims more tokens than its items can have"
            : EngineCheck.FindProblem(_receipt.Engine);
    }

    public string? FindProblemOfDuration()
    {
        // Compared before they are subtracted: the difference of two hostile times need not fit.
        return _receipt.StartedUnixUs <= 0 || _receipt.FinishedUnixUs < _receipt.StartedUnixUs
            ? "it says that the work finished before it started"
            : _receipt.CompletionTokens
                > (1 + (_receipt.FinishedUnixUs - _receipt.StartedUnixUs) / 1e6) * EvidenceLimits.MaxTokensPerSecond
                ? "it claims more tokens than any machine generates in its time"
            : null;
    }

    /// <summary>What only the clock has against it.</summary>
    public string? FindProblemOfAge()
    {
        long latest = Microseconds(now + limits.ClockTolerance);
        if (_receipt.FinishedUnixUs > latest)
        {
            return "it is from the future; are both clocks right?";
        }

        FinishedAt = DateTimeOffset.UnixEpoch.AddTicks(_receipt.FinishedUnixUs * TimeSpan.TicksPerMicrosecond);
        return limits.MaxAge is { } age && now - FinishedAt > age
            ? $"it is of {FinishedAt:yyyy-MM-dd}, older than {age.TotalDays:0} days"
            : null;
    }

    public static long Microseconds(DateTimeOffset at) =>
        (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
