using System.Globalization;
using System.Text.RegularExpressions;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>
/// Embeddings, or the numbers in texts, that differ by no more than a tolerance: relative to the larger number, or
/// absolute where both are below 1. What stands between a text's numbers must be the same.
/// </summary>
internal sealed partial class NumberComparison(double tolerance) : IComparison
{
    public ValueTask<bool> AreSameAsync(
        OutputRecord left, OutputRecord right, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AreNear(left.Embedding, right.Embedding) && AreNear(left.Output ?? "", right.Output ?? ""));

    private bool AreNear(float[]? left, float[]? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (!AreNear(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool AreNear(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        Regex.ValueMatchEnumerator lefts = Number().EnumerateMatches(left);
        Regex.ValueMatchEnumerator rights = Number().EnumerateMatches(right);
        int leftEnd = 0;
        int rightEnd = 0;
        while (true)
        {
            bool more = lefts.MoveNext();
            if (more != rights.MoveNext())
            {
                return false;
            }

            int leftNext = more ? lefts.Current.Index : left.Length;
            int rightNext = more ? rights.Current.Index : right.Length;
            if (!left[leftEnd..leftNext].SequenceEqual(right[rightEnd..rightNext]))
            {
                return false;
            }

            if (!more)
            {
                return true;
            }

            leftEnd = leftNext + lefts.Current.Length;
            rightEnd = rightNext + rights.Current.Length;
            if (!AreNearNumbers(left[leftNext..leftEnd], right[rightNext..rightEnd]))
            {
                return false;
            }
        }
    }

    // A number too large to be one is compared as a word.
    private bool AreNearNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.SequenceEqual(right)
        || AreNear(
            double.Parse(left, NumberStyles.Float, CultureInfo.InvariantCulture),
            double.Parse(right, NumberStyles.Float, CultureInfo.InvariantCulture));

    private bool AreNear(double left, double right) =>
        double.IsFinite(left) && double.IsFinite(right)
        && Math.Abs(left - right) <= tolerance * Math.Max(1, Math.Max(Math.Abs(left), Math.Abs(right)));

    [GeneratedRegex("[-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
