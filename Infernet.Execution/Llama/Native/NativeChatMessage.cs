using System.Runtime.InteropServices;

namespace Infernet.Execution.Llama.Native;

/// <summary>llama_chat_message: two strings that end with a zero byte.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeChatMessage
{
    public byte* Role;
    public byte* Content;
}
