namespace Infernet.Solana.Rpc;

/// <summary>What one endpoint says of a transaction, with the slot and the error (JSON) of one that is in a block.</summary>
internal readonly record struct Testimony(Testimony.Word Says, ulong Slot = 0, string? Error = null)
{
    internal enum Word
    {
        /// <summary>It does not answer, or talks nonsense.</summary>
        Silent,

        /// <summary>It has not seen it so far; it may yet come.</summary>
        NotYet,

        /// <summary>It has not seen it, and by its chain's height never will.</summary>
        Never,

        /// <summary>It is in a block, and did what it says.</summary>
        Done,

        /// <summary>It is in a block, where it failed.</summary>
        Failed,
    }
}
