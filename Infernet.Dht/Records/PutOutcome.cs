namespace Infernet.Dht.Records;

/// <summary>What became of a record that was put.</summary>
internal enum PutOutcome
{
    /// <summary>It is kept.</summary>
    Stored,

    /// <summary>A better one is kept already.</summary>
    Outdated,

    /// <summary>It breaks a rule; the reason says which.</summary>
    Invalid,

    /// <summary>Its sender has too many records here, or the store is full of records nearer to this node.</summary>
    NoRoom,
}
