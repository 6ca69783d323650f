using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>Says whether two answers to one input mean the same.</summary>
internal interface IComparison
{
    /// <summary>Compares two answers that are not the same bytes, and neither of which is an error.</summary>
    /// <exception cref="ComparisonException">It can't be told; says why.</exception>
    ValueTask<bool> AreSameAsync(OutputRecord left, OutputRecord right, CancellationToken cancellationToken);
}
