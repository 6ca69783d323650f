using Microsoft.Win32.SafeHandles;

namespace Infernet.ContentStore.Blobs;

/// <summary>
/// A block as bytes of a file that its store keeps open. The blob may be removed at any time; then reading throws
/// <see cref="ObjectDisposedException"/>.
/// </summary>
internal readonly record struct StoredBlock(SafeFileHandle File, long Offset, int Length)
{
    /// <summary>Reads the block; false if the file is shorter than it was.</summary>
    public async ValueTask<bool> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        for (int got = 0; got < Length;)
        {
            int n = await RandomAccess.ReadAsync(File, destination[got..Length], Offset + got, cancellationToken)
                .ConfigureAwait(false);
            if (n == 0)
            {
                return false;
            }

            got += n;
        }

        return true;
    }

    /// <summary>As <see cref="ReadAsync"/>, on this thread.</summary>
    public bool Read(Span<byte> destination)
    {
        for (int got = 0; got < Length;)
        {
            int n = RandomAccess.Read(File, destination[got..Length], Offset + got);
            if (n == 0)
            {
                return false;
            }

            got += n;
        }

        return true;
    }
}
