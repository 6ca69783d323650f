using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Wire;
using static Infernet.Core.Schemas.Decline.Types;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>Whether an offer makes sense: every field that an aggregator fills is looked at. Pure.</summary>
internal static class OfferCheck
{
    private const int HashLength = 32;
    private const int MaxStops = 16;
    private const int MaxStopLength = 256;
    private const float MaxTemperature = 2;
    private const int MaxCidLength = 128;

    /// <summary>Why the offer is declined; null if it is not.</summary>
    public static Decline? FindProblem(Offer offer, ProviderLimits limits, DateTimeOffset now)
    {
        if (offer.Kind is not (JobKind.Completion or JobKind.Chat or JobKind.Embedding))
        {
            return Because(
                Reason.KindNotSupported, $"kind {(int)offer.Kind} is none of completion, chat and embedding");
        }

        string? problem = Fields(offer, now) ?? Sampling(offer, limits);
        return problem is null ? null : Because(Reason.RequestInvalid, problem);
    }

    public static Decline Because(Reason reason, string message) => new() { Reason = reason, Message = message };

    private static string? Fields(Offer offer, DateTimeOffset now) => offer switch
    {
        { JobId.Length: not JobProtocol.JobIdLength } => $"job_id must have {JobProtocol.JobIdLength} bytes",
        { ModelRoot.Length: 0 or > MaxCidLength } => $"model_root must be a CID of at most {MaxCidLength} bytes",
        { TotalItems: 0 or > int.MaxValue } => $"total_items must be 1 to {int.MaxValue}",
        { SecretCommitment.Length: not HashLength } => $"secret_commitment must have {HashLength} bytes",
        { DeadlineUnixMs: not 0 } when offer.DeadlineUnixMs <= now.ToUnixTimeMilliseconds() =>
            "the deadline has passed",
        _ => null,
    };

    // The ranges of JobSpecification, which an aggregator may have skipped.
    private static string? Sampling(Offer offer, ProviderLimits limits)
    {
        if (offer.Kind == JobKind.Embedding)
        {
            return null;
        }

        return offer.Sampling switch
        {
            null => "sampling is missing",
            { Temperature: not (>= 0 and <= MaxTemperature) } => $"temperature must be 0 to {MaxTemperature}",
            { TopP: not (> 0 and <= 1) } => "top_p must be above 0 and at most 1",
            { MinP: not (>= 0 and <= 1) } => "min_p must be 0 to 1",
            { TopK: > int.MaxValue } => $"top_k must be 0 to {int.MaxValue}",
            { MaxTokens: var most } when most == 0 || most > limits.MaxTokens =>
                $"max_tokens must be 1 to {limits.MaxTokens}",
            { Stop.Count: > MaxStops } => $"at most {MaxStops} stop texts are allowed",
            var sampling when sampling.Stop.Any(s => s.Length is 0 or > MaxStopLength) =>
                $"a stop text must have 1 to {MaxStopLength} characters",
            _ => null,
        };
    }
}
