using System.Runtime.InteropServices;
using Infernet.Execution.Llama.Native;

namespace Infernet.Execution.Llama;

/// <summary>Owns a native model: it is freed when the last call that uses it has returned.</summary>
internal sealed class ModelHandle : SafeHandle
{
    public ModelHandle(nint model)
        : base(0, ownsHandle: true) =>
        SetHandle(model);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LlamaApi.llama_model_free(handle);
        return true;
    }
}
