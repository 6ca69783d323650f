using System.Reflection;
using System.Text.Json;
using Infernet.Core.Multiformats;

namespace Infernet.Core.Audits;

/// <summary>
/// The calibrations that come with the program, as JSON in Calibrations/. A model is looked up by its root, else by its
/// quantisation, else there is one for all that is wide enough for any of them. Immutable.
/// </summary>
public sealed class AuditCalibrations
{
    private readonly Dictionary<string, AuditCalibration> _byRoot = [];
    private readonly Dictionary<string, AuditCalibration> _byWeights = [];

    /// <summary>Collects calibrations; one of them must be the fallback, for no model and no quantisation.</summary>
    public AuditCalibrations(IEnumerable<AuditCalibration> calibrations)
    {
        ArgumentNullException.ThrowIfNull(calibrations);
        foreach (AuditCalibration calibration in calibrations)
        {
            if (calibration.ModelRoot.Length > 0)
            {
                _byRoot.Add(calibration.ModelRoot, calibration);
            }
            else
            {
                _byWeights.Add(calibration.Weights, calibration);
            }
        }

        Fallback = _byWeights.TryGetValue("", out AuditCalibration? fallback)
            ? fallback
            : throw new ArgumentException("No calibration is the fallback of all.", nameof(calibrations));
    }

    /// <summary>The ones that come with the program.</summary>
    public static AuditCalibrations Shipped { get; } = new(ReadShipped());

    /// <summary>For models of which nothing is known.</summary>
    public AuditCalibration Fallback { get; }

    /// <summary>The calibration for a model.</summary>
    /// <param name="modelRoot">Its CID, in binary.</param>
    /// <param name="weights">Its quantisation as the auditor's engine description has it; perhaps empty.</param>
    public AuditCalibration For(ReadOnlySpan<byte> modelRoot, string? weights) =>
        Cid.TryParse(modelRoot, out Cid root) && _byRoot.TryGetValue(root.ToString(), out AuditCalibration? own) ? own
        : _byWeights.TryGetValue(weights ?? "", out AuditCalibration? ofClass) ? ofClass
        : Fallback;

    /// <summary>Reads one calibration.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="ArgumentException">Its numbers are no probabilities.</exception>
    public static AuditCalibration Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, CalibrationJson.Default.AuditCalibration)
        ?? throw new JsonException("The calibration is null.");

    /// <summary>Writes one calibration, as <see cref="Read"/> takes it.</summary>
    public static byte[] Write(AuditCalibration calibration) =>
        JsonSerializer.SerializeToUtf8Bytes(calibration, CalibrationJson.Default.AuditCalibration);

    private static IEnumerable<AuditCalibration> ReadShipped()
    {
        Assembly assembly = typeof(AuditCalibrations).Assembly;
        foreach (string name in assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var json = new MemoryStream();
            assembly.GetManifestResourceStream(name)!.CopyTo(json);
            yield return Read(json.ToArray());
        }
    }
}
