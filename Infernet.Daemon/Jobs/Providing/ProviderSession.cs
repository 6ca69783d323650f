using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Wire;
using static Infernet.Core.Schemas.Decline.Types;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>
/// The provider's side of one job, as a pure state machine: first an offer, then shards, cancellations and
/// acknowledgements, and payments if it is paid. It holds the aggregator to what was agreed, and knows what is out; it
/// computes nothing.
/// Not thread-safe: its driver calls it under a lock.
/// </summary>
internal sealed class ProviderSession(
    ProviderLimits limits, PeerId aggregator, Func<Cid, ServedEngine?> findEngine, Func<bool> isStopping,
    bool mayBePaid = false)
{
    private readonly Dictionary<ulong, (uint Attempt, int Owed, long Bytes)> _shards = [];
    private readonly Queue<(ulong Shard, byte[] Hash, byte[] Envelope)> _unacknowledged = [];
    private readonly Queue<(ulong Shard, uint Attempt)> _delivered = [];
    private Offer? _considered;
    private int _itemsOut;
    private long _bytesOut;

    /// <summary>The offer that was accepted; null before.</summary>
    public Offer? Offer { get; private set; }

    /// <summary>Its hash, which every receipt names.</summary>
    public byte[] OfferHash { get; private set; } = [];

    /// <summary>The engine that works for this job; null before the offer was accepted.</summary>
    public ServedEngine? Engine { get; private set; }

    /// <summary>Whether the job is paid.</summary>
    public bool IsPaid { get; private set; }

    /// <summary>Items that this job may have here at a time.</summary>
    public int MaxItems => Math.Max(1, (Engine?.Slots ?? 1) * limits.ItemsPerSlot);

    /// <summary>Receipts that the aggregator signed for.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Takes a message and says what to do about it.</summary>
    public SessionStep Receive(JobMessage message, DateTimeOffset now) => (Offer, message.BodyCase) switch
    {
        (null, JobMessage.BodyOneofCase.Offer) when _considered is null => Answer(message.Offer, now),
        (null, _) => new SessionStep.Violation("the first message must be an offer"),
        (_, JobMessage.BodyOneofCase.Shard) => Admit(message.Shard),
        // Nothing to stop means that its receipt crossed the cancellation.
        (_, JobMessage.BodyOneofCase.CancelShard) => _shards.ContainsKey(message.CancelShard.ShardId)
            ? new SessionStep.Cancel(message.CancelShard.ShardId)
            : new SessionStep.Ignore(),
        (_, JobMessage.BodyOneofCase.ReceiptAcknowledged) => Acknowledge(message.ReceiptAcknowledged),
        (_, JobMessage.BodyOneofCase.Payment) when IsPaid => new SessionStep.Pay(message.Payment),
        (_, JobMessage.BodyOneofCase.PaymentWithheld) when IsPaid => Withhold(message.PaymentWithheld),
        _ => new SessionStep.Violation($"{message.BodyCase} is no message for a provider at this point"),
    };

    /// <summary>An offer that was considered is accepted.</summary>
    /// <param name="terms">How far the payer is trusted; null if the job is not paid.</param>
    /// <returns>What to send.</returns>
    public JobMessage Accept(AcceptPayment? terms)
    {
        (Offer, _considered) = (_considered!, null);
        (OfferHash, IsPaid) = (ReceiptEnvelope.HashOf(Offer), terms is not null);
        return JobMessages.Of(
            new Accept { MaxItemsInFlight = (uint)MaxItems, Engine = Engine!.Engine, Payment = terms });
    }

    /// <summary>An item has an answer: there is room for another.</summary>
    public void ItemFinished(ulong shard)
    {
        (uint attempt, int owed, long bytes) = _shards[shard];
        _shards[shard] = (attempt, owed - 1, bytes);
        _itemsOut--;
    }

    /// <summary>A shard ended, with a receipt or without one.</summary>
    /// <param name="shard">Which.</param>
    /// <param name="envelope">Of the receipt; null if there is none.</param>
    public void ShardEnded(ulong shard, byte[]? envelope)
    {
        if (_shards.Remove(shard, out (uint Attempt, int Owed, long Bytes) ended))
        {
            _itemsOut -= ended.Owed;
            _bytesOut -= ended.Bytes;
        }

        if (envelope is not null)
        {
            _delivered.Enqueue((shard, ended.Attempt));
            if (_delivered.Count > limits.MaxUnacknowledged)
            {
                _delivered.Dequeue();
            }

            _unacknowledged.Enqueue((shard, ReceiptEnvelope.HashOf(envelope), envelope));
            if (_unacknowledged.Count > limits.MaxUnacknowledged)
            {
                _unacknowledged.Dequeue();
            }
        }
    }

    private SessionStep Answer(Offer offer, DateTimeOffset now)
    {
        Cid root = default;
        Decline? decline = isStopping()
            ? OfferCheck.Because(Reason.ShuttingDown, "this node is stopping")
            : OfferCheck.FindProblem(offer, limits, now);
        if (decline is null && !Cid.TryParse(offer.ModelRoot.Span, out root))
        {
            decline = OfferCheck.Because(Reason.RequestInvalid, "model_root is no CID");
        }

        if (decline is not null)
        {
            return new SessionStep.Close(new JobMessage { Decline = decline });
        }

        Engine = findEngine(root);
        if (Engine is null)
        {
            return new SessionStep.Close(JobMessages.Decline(
                Reason.ModelNotServed, $"this node does not serve {root} at the moment"));
        }

        if (offer.Exact && !EngineCheck.IsExact(Engine.Engine))
        {
            return new SessionStep.Close(JobMessages.Decline(
                Reason.NotExact, "this node's engine does not give the same bits in one prefill; the CPU variants x64 "
                    + "and sse42 without flash attention do"));
        }

        _considered = offer;
        return mayBePaid ? new SessionStep.Consider(offer) : new SessionStep.Reply(Accept(null));
    }

    // Said once of each shard that was delivered here; whatever else is said costs nothing.
    private SessionStep Withhold(PaymentWithheld withheld)
    {
        for (int i = _delivered.Count; i > 0; i--)
        {
            (ulong shard, uint attempt) = _delivered.Dequeue();
            if (shard == withheld.ShardId && attempt == withheld.Attempt)
            {
                return new SessionStep.Withhold(withheld);
            }

            _delivered.Enqueue((shard, attempt));
        }

        return new SessionStep.Ignore();
    }

    private SessionStep Admit(Shard shard)
    {
        if (ShardCheck.FindProblem(shard, Offer!) is { } problem)
        {
            return new SessionStep.Violation(problem);
        }

        if (_shards.ContainsKey(shard.ShardId))
        {
            return new SessionStep.Violation($"shard {shard.ShardId} is here already");
        }

        long bytes = shard.CalculateSize();
        string? refusal = isStopping() ? "this node is stopping"
            : _itemsOut + shard.Items.Count > MaxItems
                ? $"{_itemsOut} items are here already; {MaxItems} at a time were agreed on"
            : _bytesOut + bytes > limits.MaxBytesInFlight
                ? $"{_bytesOut} bytes are here already; {limits.MaxBytesInFlight} at a time are allowed"
            : null;
        if (refusal is not null)
        {
            return new SessionStep.Reply(JobMessages.ShardFailed(shard.ShardId, shard.Attempt, refusal));
        }

        _shards.Add(shard.ShardId, (shard.Attempt, shard.Items.Count, bytes));
        _itemsOut += shard.Items.Count;
        _bytesOut += bytes;
        return new SessionStep.Begin(shard);
    }

    private SessionStep Acknowledge(ReceiptAcknowledged acknowledged)
    {
        // Acknowledgements come in any order, since receipts become durable in any order.
        for (int i = _unacknowledged.Count; i > 0; i--)
        {
            (ulong shard, byte[] hash, byte[] envelope) = _unacknowledged.Dequeue();
            if (shard != acknowledged.ShardId || !acknowledged.ReceiptHash.Span.SequenceEqual(hash))
            {
                _unacknowledged.Enqueue((shard, hash, envelope));
                continue;
            }

            if (!ReceiptAcknowledgement.IsValid(acknowledged, aggregator, hash))
            {
                return new SessionStep.Violation("the acknowledgement's signature is wrong");
            }

            Acknowledged++;
            return new SessionStep.Keep(new AcknowledgedReceipt
            {
                ReceiptEnvelope = UnsafeByteOperations.UnsafeWrap(envelope), Acknowledgement = acknowledged.Signature,
            });
        }

        return new SessionStep.Violation("the acknowledgement is for no receipt of this job");
    }
}
