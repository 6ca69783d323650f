using Infernet.Core.Jobs;
using Infernet.Core.Schemas;
using JobKind = Infernet.Core.Jobs.JobKind;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>Turns a specification into what goes over the wire.</summary>
internal static class JobItems
{
    /// <summary>The item of one input.</summary>
    public static Item Of(JobKind kind, int index, JobInput input)
    {
        var item = new Item { Index = (ulong)index };
        switch (kind)
        {
            case JobKind.Chat:
                item.Chat = new ChatMessages();
                item.Chat.Messages.AddRange(
                    (input.Messages ?? [new ChatTurn("user", input.Prompt!)])
                    .Select(t => new ChatMessage { Role = t.Role, Content = t.Content }));
                break;
            case JobKind.Embedding:
                item.Text = input.Prompt!;
                break;
            default:
                item.Prompt = input.Prompt!;
                break;
        }

        return item;
    }

    public static Core.Schemas.JobKind Kind(JobKind kind) => kind switch
    {
        JobKind.Chat => Core.Schemas.JobKind.Chat,
        JobKind.Embedding => Core.Schemas.JobKind.Embedding,
        _ => Core.Schemas.JobKind.Completion,
    };

    public static Sampling Of(SamplingSpecification sampling)
    {
        var wire = new Sampling
        {
            Temperature = sampling.Temperature,
            TopK = (uint)sampling.TopK,
            TopP = sampling.TopP,
            MinP = sampling.MinP,
            Seed = sampling.Seed ?? 0,
            MaxTokens = (uint)sampling.MaxTokens,
        };
        wire.Stop.AddRange(sampling.Stop);
        return wire;
    }
}
