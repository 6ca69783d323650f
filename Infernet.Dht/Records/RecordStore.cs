using Infernet.Core.Identity;
using Infernet.Dht.Keys;

namespace Infernet.Dht.Records;

/// <summary>
/// The records that a node keeps for the network, in memory and bounded: by count, by bytes, and per sender. When it
/// is full, the record whose key lies farthest from this node gives way, since others are nearer to it. Thread-safe.
/// </summary>
internal sealed class RecordStore(KadKey self, ValidatorSet validators, RecordLimits limits, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<KadKey, StoredRecord> _records = [];
    private readonly SortedSet<KadKey> _distances = [];
    private readonly Dictionary<PeerId, int> _perSender = [];
    private long _bytes;

    /// <summary>How many records are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _records.Count;
            }
        }
    }

    /// <summary>The bytes of their keys and values.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>
    /// Judges a record and keeps it if it is good, not worse than what is kept, and there is room. The reason says why
    /// it wasn't kept; it is empty if it was.
    /// </summary>
    public PutOutcome Put(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, PeerId sender, out string reason)
    {
        DateTimeOffset now = time.GetUtcNow();
        RecordVerdict verdict = validators.Validate(key, value, now);
        reason = verdict.Reason ?? "";
        if (!verdict.IsValid)
        {
            return PutOutcome.Invalid;
        }

        DateTimeOffset expires = now + limits.TimeToLive;
        if (verdict.Expires is { } own && own < expires)
        {
            expires = own;
        }

        var record = new StoredRecord(key.ToArray(), value.ToArray(), sender, now, expires);
        lock (_gate)
        {
            return PutLocked(KadKey.Of(key.Span), record, out reason);
        }
    }

    /// <summary>The record under a key; null if there is none or it has expired.</summary>
    public StoredRecord? Get(ReadOnlySpan<byte> key)
    {
        KadKey at = KadKey.Of(key);
        lock (_gate)
        {
            return _records.TryGetValue(at, out StoredRecord? record) && record.Expires > time.GetUtcNow()
                ? record
                : null;
        }
    }

    /// <summary>Drops what has expired; returns how many.</summary>
    public int RemoveExpired()
    {
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            KadKey[] expired = [.. _records.Where(r => r.Value.Expires <= now).Select(r => r.Key)];
            foreach (KadKey key in expired)
            {
                Remove(key);
            }

            return expired.Length;
        }
    }

    private PutOutcome PutLocked(KadKey at, StoredRecord record, out string reason)
    {
        reason = "";
        if (_records.TryGetValue(at, out StoredRecord? current))
        {
            // An expired record is no argument against a good one.
            if (current.Expires > record.Received && validators.IsBetter(record.Key, record.Value, current.Value))
            {
                reason = "a better value is stored here";
                return PutOutcome.Outdated;
            }

            // The same value put again keeps its first sender, so that passing a record on costs nobody's allowance.
            if (current.Value.Span.SequenceEqual(record.Value.Span))
            {
                _records[at] = record with { Sender = current.Sender };
                return PutOutcome.Stored;
            }
        }

        if (current?.Sender != record.Sender && _perSender.GetValueOrDefault(record.Sender) >= limits.MaxRecordsPerPeer)
        {
            reason = $"its sender has {limits.MaxRecordsPerPeer} records here";
            return PutOutcome.NoRoom;
        }

        if (!MakeRoom(at, record.Size, current))
        {
            reason = "the store is full of records that are nearer to this node";
            return PutOutcome.NoRoom;
        }

        Add(at, record);
        return PutOutcome.Stored;
    }

    /// <summary>Drops the record that is replaced and farther ones until there is room; false if none is farther.</summary>
    private bool MakeRoom(KadKey at, int size, StoredRecord? current)
    {
        KadKey distance = self.DistanceTo(at);
        int count = _records.Count - (current is null ? 0 : 1);
        long bytes = _bytes - (current?.Size ?? 0);
        var givingWay = new List<KadKey>();
        foreach (KadKey farthest in _distances.Reverse())
        {
            if (count < limits.MaxRecords && bytes + size <= limits.MaxBytes)
            {
                break;
            }

            if (farthest.CompareTo(distance) < 0)
            {
                return false;
            }

            if (farthest != distance)
            {
                KadKey key = self.DistanceTo(farthest);
                givingWay.Add(key);
                count--;
                bytes -= _records[key].Size;
            }
        }

        if (count >= limits.MaxRecords || bytes + size > limits.MaxBytes)
        {
            return false;
        }

        foreach (KadKey key in current is null ? givingWay : givingWay.Append(at))
        {
            Remove(key);
        }

        return true;
    }

    private void Add(KadKey at, StoredRecord record)
    {
        _records.Add(at, record);
        _distances.Add(self.DistanceTo(at));
        _bytes += record.Size;
        _perSender[record.Sender] = _perSender.GetValueOrDefault(record.Sender) + 1;
    }

    private void Remove(KadKey at)
    {
        _records.Remove(at, out StoredRecord? record);
        _distances.Remove(self.DistanceTo(at));
        _bytes -= record!.Size;
        if (--_perSender[record.Sender] == 0)
        {
            _perSender.Remove(record.Sender);
        }
    }
}
