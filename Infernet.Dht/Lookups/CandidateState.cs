namespace Infernet.Dht.Lookups;

/// <summary>How far a look-up got with a peer.</summary>
internal enum CandidateState
{
    /// <summary>Named by somebody; not asked yet.</summary>
    Heard,

    /// <summary>Asked; the answer is open.</summary>
    Asked,

    /// <summary>Has answered.</summary>
    Answered,

    /// <summary>Gave no usable answer; doesn't count any more.</summary>
    Failed,
}
