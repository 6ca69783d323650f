using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Nodes;

namespace Infernet.Cheater.Cheats;

/// <summary>
/// Computes nothing: asks another provider one question, as a customer, and hands its answer out again to everything
/// else. (Who passes each question on and hands the right answer back is a reseller, and its answers are right.)
/// </summary>
internal sealed class CopiedAnswerCheat() : Cheat("copied-answer", "another peer's answer to another question")
{
    private const string Question = "What is a heron?";
    private readonly Lock _lock = new();
    private CheatGround _ground = null!;
    private Task<string>? _copied;

    public override Task PrepareAsync(CheatGround ground, CancellationToken cancellationToken)
    {
        _ground = ground;
        return Task.CompletedTask;
    }

    public override async Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken)
    {
        Task<string> copied;
        lock (_lock)
        {
            copied = _copied ??= AskAsync();
        }

        int[] tokens = [.. honest.Engine.Tokenize(await copied.WaitAsync(cancellationToken))];
        return new ItemAnswer(
            new ItemOutput { Index = item.Index, Text = honest.Engine.Detokenize(tokens) },
            [.. tokens, await honest.EndTokenAsync(cancellationToken)],
            await honest.CountPromptAsync(item, cancellationToken),
            FinishReason.Stop);
    }

    private async Task<string> AskAsync()
    {
        Node node = await _ground.Node.Task;
        JobStatus job = await node.Jobs.SubmitAsync(
            new JobSpecification
            {
                Model = node.Models.List()[0].Cid,
                Inputs = [new JobInput { Prompt = Question }],
                Requirements = new RequirementsSpecification { ExcludePeers = [node.Id.ToString()] },
            },
            CancellationToken.None);
        await foreach (JobResult result in node.Jobs.ResultsAsync(job.Id, follow: true, CancellationToken.None))
        {
            return result.Output!;
        }

        throw new IOException("nobody answered the question whose answer was to be copied");
    }
}
