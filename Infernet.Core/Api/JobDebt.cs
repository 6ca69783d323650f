namespace Infernet.Core.Api;

/// <summary>What a job owes for answers that came, and can never pay.</summary>
/// <param name="PeerId">To whom.</param>
/// <param name="Amount">In the smallest unit of what the job pays in.</param>
/// <param name="Reason">Why not, as a sentence.</param>
public sealed record JobDebt(string PeerId, ulong Amount, string Reason);
