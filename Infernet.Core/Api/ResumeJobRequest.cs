namespace Infernet.Core.Api;

/// <summary>The body of <c>POST /v1/jobs/{id}/resume</c>, which may be left out.</summary>
/// <param name="Budget">What the job may pay in all from now on, as an amount's text; null to leave it.</param>
public sealed record ResumeJobRequest(string? Budget);
