using System.Runtime.InteropServices;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>Same bytes, or not the same.</summary>
internal sealed class ByteComparison : IComparison
{
    /// <summary>
    /// Whether two answers are the same for every comparison: the same bytes, or an error in both. The words of an
    /// error are each provider's own.
    /// </summary>
    public static bool AreSame(OutputRecord left, OutputRecord right)
    {
        if (left.Error is not null || right.Error is not null)
        {
            return left.Error is not null && right.Error is not null;
        }

        return left.Output == right.Output
            && left.Embedding is null == right.Embedding is null
            && MemoryMarshal.AsBytes<float>(left.Embedding).SequenceEqual(MemoryMarshal.AsBytes<float>(right.Embedding));
    }

    public ValueTask<bool> AreSameAsync(
        OutputRecord left, OutputRecord right, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AreSame(left, right));
}
