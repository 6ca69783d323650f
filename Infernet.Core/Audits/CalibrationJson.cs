using System.Text.Json.Serialization;

namespace Infernet.Core.Audits;

/// <summary>How calibrations are written; generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    WriteIndented = true)]
[JsonSerializable(typeof(AuditCalibration))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
