namespace Infernet.Core.Api;

/// <summary>An answer that was taken back.</summary>
/// <param name="Index">Of the input.</param>
/// <param name="Provider">Whose answer it was.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record JobRejection(int Index, string Provider, string Reason);
