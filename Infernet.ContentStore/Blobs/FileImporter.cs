using System.Buffers;
using System.Threading.Channels;
using Infernet.ContentStore.Chunking;
using Infernet.ContentStore.Dag;
using Microsoft.Win32.SafeHandles;

namespace Infernet.ContentStore.Blobs;

/// <summary>
/// Cuts, hashes and copies a file in one pass. One task reads and cuts, several hash and write, and what they find is
/// put together in order; memory is a few windows, whatever the file's size.
/// </summary>
internal sealed class FileImporter(Chunker chunker, int threads)
{
    /// <summary>Bytes that are read at a time; a chunk that is not whole at the end moves to the next window.</summary>
    private const int WindowSize = 4 << 20;

    /// <summary>Imports all of <paramref name="source"/>.</summary>
    /// <param name="source">The file.</param>
    /// <param name="copy">Where its bytes go as well; null if they need not.</param>
    /// <param name="progress">Gets the bytes that are done.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Imported> RunAsync(
        SafeFileHandle source, SafeFileHandle? copy, Action<long>? progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var windows = Channel.CreateBounded<Window>(threads);
        Task reader = Task.Run(() => ReadAsync(source, copy, windows.Writer, stop.Token), CancellationToken.None);
        try
        {
            Imported imported = await CollectAsync(windows.Reader, progress, stop.Token).ConfigureAwait(false);
            await reader.ConfigureAwait(false);
            return imported;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await reader.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await foreach (Window left in windows.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await left.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            throw;
        }
    }

    private static async Task<Imported> CollectAsync(
        ChannelReader<Window> windows, Action<long>? progress, CancellationToken cancellationToken)
    {
        var dag = new DagBuilder();
        var leaves = new LeafList();
        await foreach (Window window in windows.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await window.Done.ConfigureAwait(false);
            for (int i = 0; i < window.Hashes.Length; i++)
            {
                dag.Add(window.Hashes[i], window.Sizes[i]);
                leaves.Add(window.Hashes[i], window.Sizes[i]);
            }

            progress?.Invoke(leaves.FileSize);
        }

        return leaves.Count == 0
            ? new Imported(default, leaves, [])
            : new Imported(dag.Finish(), leaves, dag.Nodes);
    }

    private async Task ReadAsync(
        SafeFileHandle source, SafeFileHandle? copy, ChannelWriter<Window> windows, CancellationToken cancellationToken)
    {
        try
        {
            byte[] carried = [];
            long offset = 0;
            for (bool ended = false; !ended && await windows.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);)
            {
                byte[] buffer = ArrayPool<byte>.Shared.Rent(WindowSize + chunker.MaxSize);
                carried.CopyTo(buffer, 0);
                int filled = Fill(source, buffer, carried.Length, offset + carried.Length);
                ended = filled < buffer.Length;
                List<int> sizes = Cut(buffer.AsSpan(0, filled), ended, out int used);
                carried = buffer[used..filled];

                // There is room: this is the only writer, and it has waited for it. So each window is awaited by the reader.
                windows.TryWrite(new Window(buffer, sizes, offset, copy));
                offset += used;
            }

            windows.Complete();
        }
        catch (Exception failure)
        {
            windows.Complete(failure);
        }
    }

    private static int Fill(SafeFileHandle source, byte[] buffer, int filled, long offset)
    {
        while (filled < buffer.Length)
        {
            int got = RandomAccess.Read(source, buffer.AsSpan(filled), offset);
            if (got == 0)
            {
                break;
            }

            filled += got;
            offset += got;
        }

        return filled;
    }

    private List<int> Cut(ReadOnlySpan<byte> data, bool ended, out int used)
    {
        var sizes = new List<int>();
        used = 0;
        while (used < data.Length && (ended || data.Length - used >= chunker.MaxSize))
        {
            int size = chunker.FindCut(data[used..]);
            sizes.Add(size);
            used += size;
        }

        return sizes;
    }

    /// <summary>What came of a file: its root (empty if the file was), its leaves, and the nodes above them.</summary>
    internal readonly record struct Imported(DagLink Root, LeafList Leaves, IReadOnlyList<DagNode> Nodes);

    private sealed class Window
    {
        private readonly byte[] _buffer;
        private readonly long _offset;
        private readonly SafeFileHandle? _copy;

        public Window(byte[] buffer, List<int> sizes, long offset, SafeFileHandle? copy)
        {
            _buffer = buffer;
            Sizes = sizes;
            _offset = offset;
            _copy = copy;
            Hashes = new BlockHash[sizes.Count];
            Done = Task.Run(Process);
        }

        public List<int> Sizes { get; }

        public BlockHash[] Hashes { get; }

        public Task Done { get; }

        private void Process()
        {
            int at = 0;
            for (int i = 0; i < Sizes.Count; i++)
            {
                Hashes[i] = BlockHash.Of(_buffer.AsSpan(at, Sizes[i]));
                at += Sizes[i];
            }

            if (_copy is not null)
            {
                DiskSpace.Write(_copy, _buffer.AsSpan(0, at), _offset);
            }

            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
