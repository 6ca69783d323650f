namespace Infernet.Core.Reputation;

/// <summary>What kind of fact was observed.</summary>
public enum ObservationKind
{
    /// <summary>Work that its provider and its aggregator signed for.</summary>
    Receipt = 1,

    /// <summary>An auditor's verdict on such work.</summary>
    Audit = 2,
}
