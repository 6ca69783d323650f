using System.Runtime.InteropServices;
using System.Text;
using Infernet.Core.Jobs;
using Infernet.Execution.Llama.Native;

namespace Infernet.Execution.Llama;

/// <summary>
/// Writes a conversation as the text that a model was trained on. The library knows the common templates by their
/// marks; it doesn't run the template of the file.
/// </summary>
internal sealed unsafe class ChatTemplate(ModelHandle model)
{
    /// <summary>The template in the file, or null.</summary>
    public string? Source { get; } =
        Marshal.PtrToStringUTF8((nint)LlamaApi.llama_model_chat_template(model.DangerousGetHandle(), null));

    /// <summary>The prompt that asks for the assistant's next message.</summary>
    /// <exception cref="InvalidRequestException">The model has no template, or one that the library doesn't know.</exception>
    public string Render(IReadOnlyList<ChatTurn> messages)
    {
        if (Source is null)
        {
            throw new InvalidRequestException(
                "This model has no chat template; send a prompt instead of messages.");
        }

        // All strings lie behind each other in one buffer, and the messages point into it.
        byte[] template = Terminated(Source);
        var joined = new MemoryStream();
        foreach (ChatTurn message in messages)
        {
            joined.Write(Terminated(message.Role));
            joined.Write(Terminated(message.Content));
        }

        byte[] texts = joined.ToArray();
        byte[] output = new byte[texts.Length * 2 + 1024];
        fixed (byte* source = template, text = texts)
        {
            var native = new NativeChatMessage[messages.Count];
            byte* next = text;
            for (int i = 0; i < native.Length; i++)
            {
                native[i].Role = next;
                next += Encoding.UTF8.GetByteCount(messages[i].Role) + 1;
                native[i].Content = next;
                next += Encoding.UTF8.GetByteCount(messages[i].Content) + 1;
            }

            int length = Apply(source, native, output);
            if (length > output.Length)
            {
                output = new byte[length];
                length = Apply(source, native, output);
            }

            return length >= 0
                ? Encoding.UTF8.GetString(output, 0, length)
                : throw new InvalidRequestException(
                    "llama.cpp does not know this model's chat template; send a prompt instead of messages.");
        }
    }

    private static int Apply(byte* template, NativeChatMessage[] messages, byte[] output)
    {
        fixed (NativeChatMessage* first = messages)
        fixed (byte* buffer = output)
        {
            return LlamaApi.llama_chat_apply_template(
                template, first, (nuint)messages.Length, 1, buffer, output.Length);
        }
    }

    /// <summary>As C has it; a zero byte inside would cut the text off in silence.</summary>
    private static byte[] Terminated(string text) => text.Contains('\0', StringComparison.Ordinal)
        ? throw new InvalidRequestException("A message contains the character U+0000, which no chat template can hold.")
        : [.. Encoding.UTF8.GetBytes(text), 0];
}
