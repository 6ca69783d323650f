namespace Infernet.Core.Receipts;

/// <summary>Why an item ended, in the words that receipts and results use.</summary>
public static class FinishReason
{
    /// <summary>The model ended its answer, or a stop text came.</summary>
    public const string Stop = "stop";

    /// <summary>The most tokens that were asked for, or that the context holds, were generated.</summary>
    public const string Length = "length";

    /// <summary>The item has no output; its error says why.</summary>
    public const string Error = "error";

    /// <summary>Whether the word is one of the above.</summary>
    public static bool IsKnown(string word) => word is Stop or Length or Error;
}
