using Infernet.ContentStore.Blobs;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// What a session knows of one peer: what it has, what it owes, and how fast it is. Its window, the bytes that may be
/// asked for ahead, is what it delivers in <see cref="ExchangeOptions.WindowTime"/> at its measured speed.
/// </summary>
internal sealed class SessionPeer(int id, ChunkBitmap? has, ExchangeOptions options, TimeSpan now)
{
    private const int FirstWindow = 2 << 20;
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(200);

    private readonly HashSet<int> _lacks = [];
    private TimeSpan _sampleStart = now;
    private long _sampleBytes;
    private double _bytesPerSecond;

    public int Id { get; } = id;

    /// <summary>Null if it has everything.</summary>
    public ChunkBitmap? Bitmap { get; private set; } = has;

    /// <summary>The items asked of it and not come yet, with the time of asking.</summary>
    public Dictionary<int, TimeSpan> InFlight { get; } = [];

    public long InFlightBytes { get; set; }

    public long WindowBytes { get; private set; } = FirstWindow;

    /// <summary>When its last byte came, or it was first asked after owing nothing.</summary>
    public TimeSpan LastHeard { get; set; } = now;

    /// <summary>When it last gave an item, or news of what it has.</summary>
    public TimeSpan LastUseful { get; set; } = now;

    public TimeSpan LastAskedHave { get; set; } = now;

    /// <summary>It had nothing to ask for when last looked; true until something changes.</summary>
    public bool IsExhausted { get; set; }

    public bool Has(int item) => (Bitmap is not { } bitmap || bitmap[item]) && !_lacks.Contains(item);

    public void Lacks(int item) => _lacks.Add(item);

    public void Update(ChunkBitmap? bitmap, TimeSpan now)
    {
        if (bitmap is null || bitmap.SetCount != Bitmap?.SetCount)
        {
            LastUseful = now;
        }

        // What it lacked a while ago it may have now.
        _lacks.Clear();
        Bitmap = bitmap;
        IsExhausted = false;
    }

    /// <summary>How long the peer needs for so many bytes, as far as is known.</summary>
    public TimeSpan Estimate(long bytes) =>
        _bytesPerSecond > 0 ? TimeSpan.FromSeconds(bytes / _bytesPerSecond) : TimeSpan.Zero;

    public bool HasRoom(int size) => InFlight.Count == 0
        || (InFlight.Count < options.MaxWindowBlocks && InFlightBytes + size <= WindowBytes);

    /// <summary>Why the peer is to be given up now; null if it is not.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isMissing">Whether there are items that nobody was asked for.</param>
    public string? LateReason(TimeSpan now, bool isMissing)
    {
        if (InFlight.Count > 0)
        {
            return now - LastHeard > options.StallTimeout
                ? $"it sent nothing for {options.StallTimeout.TotalSeconds:0.#} s while it owed {InFlight.Count} blocks"
                : now - InFlight.Values.Min() > options.BlockTimeout
                ? $"a block did not come within {options.BlockTimeout.TotalSeconds:0.#} s"
                : null;
        }

        if (isMissing && IsExhausted && Bitmap is null)
        {
            return "it said that it has the whole file, but it lacks blocks of it";
        }

        return isMissing && now - LastUseful > options.BlockTimeout
            ? $"it has had nothing that is still missing for {options.BlockTimeout.TotalSeconds:0.#} s"
            : null;
    }

    public void Delivered(int bytes, TimeSpan now)
    {
        LastUseful = now;
        LastHeard = now;
        _sampleBytes += bytes;
        TimeSpan elapsed = now - _sampleStart;
        if (elapsed < SampleTime)
        {
            return;
        }

        double sample = _sampleBytes / elapsed.TotalSeconds;
        _bytesPerSecond = _bytesPerSecond > 0 ? (_bytesPerSecond + sample) / 2 : sample;
        WindowBytes = (long)Math.Clamp(
            _bytesPerSecond * options.WindowTime.TotalSeconds, 1, options.MaxWindowBytes);
        _sampleStart = now;
        _sampleBytes = 0;
    }
}
