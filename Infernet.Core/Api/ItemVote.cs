namespace Infernet.Core.Api;

/// <summary>How the vote on one input of a redundant job ended.</summary>
public sealed record ItemVote
{
    /// <summary>How many providers answered.</summary>
    public required int Cast { get; init; }

    /// <summary>How many of them gave the answer of the result, or one that is the same; 0 if none won.</summary>
    public required int Agreed { get; init; }

    /// <summary>By how many votes it won.</summary>
    public required int Margin { get; init; }

    /// <summary>Who agreed.</summary>
    public required IReadOnlyList<string> Providers { get; init; }

    /// <summary>Who gave another answer, or, where none won, who answered.</summary>
    public required IReadOnlyList<string> Outvoted { get; init; }
}
