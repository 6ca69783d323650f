namespace Infernet.Core.Jobs;

/// <summary>When two outputs of redundant work are the same.</summary>
public enum OutputComparison
{
    /// <summary>When every byte is.</summary>
    Bytes,

    /// <summary>When their numbers differ by little, and everything between the numbers is the same.</summary>
    Numbers,

    /// <summary>When the job's own command says so.</summary>
    Command,
}
