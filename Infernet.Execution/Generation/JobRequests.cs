using Infernet.Core.Jobs;
using Infernet.Core.Schemas;
using JobSampling = Infernet.Core.Schemas.Sampling;

namespace Infernet.Execution.Generation;

/// <summary>What a job's item asks an engine for: the provider and the auditor must read it alike.</summary>
public static class JobRequests
{
    /// <summary>The request of an item that is a prompt or a conversation.</summary>
    public static GenerationRequest Of(Item item, JobSampling sampling)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(sampling);
        return new GenerationRequest
        {
            Prompt = item.InputCase == Item.InputOneofCase.Prompt ? item.Prompt : null,
            Messages = item.InputCase == Item.InputOneofCase.Chat
                ? [.. item.Chat.Messages.Select(m => new ChatTurn(m.Role, m.Content))]
                : null,
            Sampling = new SamplingOptions
            {
                Temperature = sampling.Temperature,
                TopK = (int)sampling.TopK,
                TopP = sampling.TopP,
                MinP = sampling.MinP,
                Seed = sampling.Seed,
            },
            MaxTokens = (int)sampling.MaxTokens,
            Stop = [.. sampling.Stop],
        };
    }
}
