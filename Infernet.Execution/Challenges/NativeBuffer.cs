using System.Runtime.InteropServices;

namespace Infernet.Execution.Challenges;

/// <summary>Memory outside the collected heap, aligned to cache lines and given back as soon as it is disposed.</summary>
internal sealed unsafe class NativeBuffer : SafeHandle
{
    private const int Alignment = 64;

    /// <summary>Takes so many bytes; their contents are arbitrary.</summary>
    /// <exception cref="OutOfMemoryException">The system does not give so much.</exception>
    public NativeBuffer(long bytes)
        : base(0, ownsHandle: true) => SetHandle((nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment));

    public override bool IsInvalid => handle == 0;

    public byte* Pointer => (byte*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
