namespace Infernet.Core.Api;

/// <summary>Sets what this node asks; absent prices stay as they are.</summary>
/// <param name="Input">For a million input tokens, such as "0.0005 SOL".</param>
/// <param name="Output">For a million output tokens.</param>
/// <param name="EngineHour">For an hour of engine time.</param>
/// <param name="ContainerHour">For an hour of a container.</param>
public sealed record PriceRequest(
    string? Input = null, string? Output = null, string? EngineHour = null, string? ContainerHour = null);
