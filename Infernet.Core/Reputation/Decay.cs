namespace Infernet.Core.Reputation;

/// <summary>Exponential decay: what a fact still weighs, 2^(−age / half-life).</summary>
internal static class Decay
{
    /// <summary>1 for what is new, and for what a clock that is ahead has dated.</summary>
    public static double Of(TimeSpan age, TimeSpan halfLife) =>
        age <= TimeSpan.Zero ? 1 : Math.Pow(2, -(age / halfLife));
}
