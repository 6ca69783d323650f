using Infernet.Daemon.Nodes;
using Infernet.Execution.Llama;
using Infernet.Execution.Llama.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Cheater;

/// <summary>What a cheat finds around it.</summary>
internal sealed class CheatGround(CheaterArguments arguments)
{
    public CheaterArguments Arguments { get; } = arguments;

    /// <summary>The node, once it runs.</summary>
    public TaskCompletionSource<Node> Node { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Loads the compute library in the build that the node is to use: a process has one, and the first to ask decides.
    /// </summary>
    public void ChooseLibrary() =>
        LlamaLibrary.Load(Arguments.Configuration.ToNodeOptions().CpuVariant, NullLogger.Instance);

    /// <summary>A file of this name in the node's home, for what is forged.</summary>
    public string PathOf(string name) => Path.Combine(Arguments.Configuration.Home.FullPath, name);

    /// <summary>Loads another model than the one that is claimed, as the node would.</summary>
    public Task<LlamaEngine> LoadAsync(string path, CancellationToken cancellationToken)
    {
        NodeOptions options = Arguments.Configuration.ToNodeOptions();
        return LlamaEngine.LoadAsync(
            path,
            new LlamaOptions
            {
                Sequences = options.Slots,
                ContextPerSequence = options.ContextLength,
                Threads = options.Threads,
                Variant = options.CpuVariant,
                FlashAttention = options.FlashAttention,
            },
            cancellationToken: cancellationToken);
    }
}
