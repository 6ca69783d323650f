using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Execution.Llama;

namespace Infernet.Cheater.Cheats;

/// <summary>Serves another file under the CID of the model that was asked for.</summary>
internal sealed class OtherModelCheat(string name, string description, Action<string, string> forge)
    : Cheat(name, description)
{
    private LlamaEngine? _other;
    private ServedEngine? _served;

    public override async Task PrepareAsync(CheatGround ground, CancellationToken cancellationToken)
    {
        string? path = ground.Arguments.ServeInstead;
        if (path is null)
        {
            path = ground.PathOf($"{Name}.gguf");
            forge(ground.Arguments.Model ?? throw new ArgumentException($"{Name} needs --model or --serve-instead"), path);
        }

        _other = await ground.LoadAsync(path, cancellationToken);
        _served = EngineAnswers.Of(Cid.OfRaw([]), _other, "cpu");
    }

    public override Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken) =>
        _served!.Answer(item, sampling, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (_other is not null)
        {
            await _other.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}
