namespace Infernet.Execution.Generation;

/// <summary>How long a generation took. Other requests may have shared the machine meanwhile.</summary>
/// <param name="Queued">From the request to its admission.</param>
/// <param name="Prefill">From the admission to the first token.</param>
/// <param name="Decode">From the first token to the end.</param>
public sealed record GenerationTimings(TimeSpan Queued, TimeSpan Prefill, TimeSpan Decode);
