namespace Infernet.Core.Audits;

/// <summary>
/// What is known about the margins of one model, or of all models of one quantisation: fitted from honest runs on
/// differing CPU variants, batch sizes and attention kernels, and from the mildest cheat, the next heavier quantisation.
/// </summary>
public sealed record AuditCalibration
{
    /// <summary>The model's CID; empty for a calibration of a whole class.</summary>
    public string ModelRoot { get; init; } = "";

    /// <summary>The weights' quantisation, such as "Q8_0"; empty for the fallback of all.</summary>
    public string Weights { get; init; } = "";

    /// <summary>Where the numbers come from.</summary>
    public required CalibrationProvenance Provenance { get; init; }

    /// <summary>How tokens of texts compare.</summary>
    public required MarginModel Margins { get; init; }

    /// <summary>Distances of embeddings.</summary>
    public required EmbeddingModel Embedding { get; init; }
}
