namespace Infernet.Cheater;

/// <summary>
/// Decides on which work to cheat. A shard is a run of neighbouring inputs, so runs of inputs share a mood; which runs
/// are cheated on looks random and is the same each time.
/// </summary>
internal sealed class Moods(double share)
{
    private const int Run = 8;
    private const uint Scramble = 2_654_435_761;

    /// <summary>Whether to cheat on an input.</summary>
    public bool CheatsOn(ulong index) => unchecked((uint)(index / Run + 1) * Scramble) < share * uint.MaxValue || share >= 1;
}
