using System.IO.Pipelines;

namespace Infernet.ContentStore.Exchange;

/// <summary>A stream of the protocol, whichever side opened it; disposing it ends the stream.</summary>
internal sealed class ChunkStream(IDuplexPipe pipe, IAsyncDisposable owner) : IAsyncDisposable
{
    public PipeReader Input => pipe.Input;

    public PipeWriter Output => pipe.Output;

    public ValueTask DisposeAsync() => owner.DisposeAsync();
}
