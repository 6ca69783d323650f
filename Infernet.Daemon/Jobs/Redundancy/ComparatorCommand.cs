using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>
/// The job's own comparator: a program on the submitter's machine that reads both answers as one JSON object and exits
/// with 0 if they mean the same, with 1 if they do not. It gets no shell, a bare environment, a time limit and an
/// output limit; whatever it started dies with it. Anything else that it does is an error that names it.
/// </summary>
internal sealed class ComparatorCommand(
    IReadOnlyList<string> command, ComparatorOptions options, TimeProvider time) : IComparison
{
    private const int Same = 0;
    private const int Different = 1;

    public async ValueTask<bool> AreSameAsync(
        OutputRecord left, OutputRecord right, CancellationToken cancellationToken)
    {
        byte[] input = Describe(left, right);
        using var limit = new CancellationTokenSource(options.TimeLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using ProcessGroup group = Start();
        try
        {
            (int code, string said) = await RunAsync(group, input, both.Token).ConfigureAwait(false);
            return code switch
            {
                Same => true,
                Different => false,
                _ => throw Failed($"exited with {code}, which is neither 0 (the same) nor 1 (different){said}"),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"did not end within {options.TimeLimit.TotalSeconds:0.#} s");
        }
    }

    private async Task<(int Code, string Said)> RunAsync(
        ProcessGroup group, byte[] input, CancellationToken cancellationToken)
    {
        Process process = group.Process;
        Task writing = WriteAsync(process.StandardInput, input, cancellationToken);
        Task<string> output = ReadAsync(group, process.StandardOutput.BaseStream, cancellationToken);
        Task<string> errors = ReadAsync(group, process.StandardError.BaseStream, cancellationToken);
        Task streams = Task.WhenAll(writing, output, errors);
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // What it left running must not hold its pipes open.
            group.Kill();
            await streams.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await streams.ConfigureAwait(false);
        string said = await errors.ConfigureAwait(false);
        return (process.ExitCode, said.Length > 0 ? $"; it said: {said}" : "");
    }

    // A command that has seen enough may leave without reading it all.
    private static async Task WriteAsync(StreamWriter to, byte[] input, CancellationToken cancellationToken)
    {
        try
        {
            await to.BaseStream.WriteAsync(input, cancellationToken).ConfigureAwait(false);
            to.Close();
        }
        catch (IOException)
        {
            // Its exit code says what it thinks.
        }
    }

    // Keeps what an error may quote, and counts the rest.
    private async Task<string> ReadAsync(
        ProcessGroup group, Stream from, CancellationToken cancellationToken)
    {
        var kept = new byte[options.MaxQuoted];
        var buffer = new byte[4_096];
        int length = 0;
        int total = 0;
        int read;
        while ((read = await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            int keep = Math.Min(read, kept.Length - length);
            buffer.AsSpan(0, keep).CopyTo(kept.AsSpan(length));
            length += keep;
            total += read;
            if (total > options.MaxOutput)
            {
                group.Kill();
                throw Failed($"wrote more than {options.MaxOutput} bytes");
            }
        }

        return Encoding.UTF8.GetString(kept, 0, length).Trim();
    }

    private ProcessGroup Start()
    {
        string program = ProgramPath.Find(command[0])
            ?? throw Failed("is not to be found; give a path, or a program that is on the node's PATH");
        try
        {
            return ProcessGroup.Start(program, command.Skip(1), options.Environment);
        }
        catch (Exception refused) when (refused is System.ComponentModel.Win32Exception or IOException)
        {
            throw new ComparisonException(Sentence($"can't be started: {refused.Message}"), refused);
        }
    }

    private ComparisonException Failed(string what) => new(Sentence(what));

    private string Sentence(string what) => $"verification.command '{string.Join(' ', command)}' {what}";

    private static byte[] Describe(OutputRecord left, OutputRecord right)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("index", left.Index);
            Write(json, "a", left);
            Write(json, "b", right);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, OutputRecord answer)
    {
        json.WriteStartObject(name);
        json.WriteString("output", answer.Output);
        if (answer.Embedding is { } embedding)
        {
            json.WriteStartArray("embedding");
            foreach (float number in embedding)
            {
                if (float.IsFinite(number))
                {
                    json.WriteNumberValue(number);
                }
                else
                {
                    json.WriteNullValue();
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
