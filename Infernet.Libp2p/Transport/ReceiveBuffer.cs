using System.Buffers;

namespace Infernet.Libp2p.Transport;

/// <summary>
/// What was received and not yet parsed, in pooled memory: small while little arrives (an idle connection keeps
/// only <see cref="SmallLength"/> bytes), large while much does. Owned by the one loop that reads the connection.
/// </summary>
internal sealed class ReceiveBuffer(Stream link) : IDisposable
{
    /// <summary>Enough for a handshake and for small requests.</summary>
    public const int SmallLength = 4 * 1024;

    /// <summary>Holds the largest Noise message and most of the next.</summary>
    public const int LargeLength = 128 * 1024;

    private byte[] _array = ArrayPool<byte>.Shared.Rent(SmallLength);
    private int _start;
    private int _end;
    private int _lastCount;

    /// <summary>The bytes that were not consumed yet. Parsers may overwrite them (decryption is in place).</summary>
    public Memory<byte> Unread => _array.AsMemory(_start, _end - _start);

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>
    /// Receives once, making room for <paramref name="wanted"/> unread bytes altogether. False at the end of the
    /// connection.
    /// </summary>
    public async ValueTask<bool> ReceiveAsync(int wanted, CancellationToken cancellationToken)
    {
        MakeRoom(wanted);
        int count = await link.ReadAsync(_array.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += count;
        _lastCount = count;
        return count > 0;
    }

    public void Dispose()
    {
        byte[] array = _array;
        _array = [];
        _start = _end = 0;
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void MakeRoom(int wanted)
    {
        int unread = _end - _start;
        bool isLarge = _array.Length >= LargeLength;
        if (wanted > _array.Length || (!isLarge && _lastCount >= SmallLength))
        {
            Resize(Math.Max(wanted, LargeLength));
        }
        else if (isLarge && unread == 0 && _lastCount <= SmallLength / 2)
        {
            // The burst is over: an idle connection must not hold the large array.
            Resize(SmallLength);
        }
        else if (_start > 0 && (unread <= SmallLength || wanted > _array.Length - _start))
        {
            _array.AsSpan(_start, unread).CopyTo(_array);
            _start = 0;
            _end = unread;
        }
    }

    private void Resize(int length)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(length);
        int unread = _end - _start;
        _array.AsSpan(_start, unread).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
        _start = 0;
        _end = unread;
    }
}
