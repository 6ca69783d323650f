using System.Buffers;
using System.IO.Pipelines;
using System.Text.Unicode;
using Infernet.Cli.Commands;
using Infernet.Core.Jobs;

namespace Infernet.Cli.Jobs;

/// <summary>
/// Reads inputs from JSONL: one JSON value a line, UTF-8 with or without a byte order mark, lines ended by LF or CRLF,
/// blank lines left out. Says of each bad line its number, counted from 1, and what is wrong with it.
/// </summary>
internal sealed class JsonLinesReader
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];
    private readonly string _name;
    private readonly JsonLinesOptions _options;
    private readonly List<JobInput> _inputs = [];
    private readonly List<string> _bad = [];
    private long _length;
    private int _line;

    private JsonLinesReader(string name, JsonLinesOptions options)
    {
        _name = name;
        _options = options;
    }

    /// <summary>Reads to the end of the stream.</summary>
    /// <exception cref="UsageException">There are bad lines, too many lines, or none.</exception>
    public static async Task<JsonLinesInputs> ReadAsync(
        Stream stream, string name, JsonLinesOptions options, CancellationToken cancellationToken)
    {
        var reader = new JsonLinesReader(name, options);
        PipeReader pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10));
        try
        {
            await reader.ReadLinesAsync(pipe, cancellationToken);
        }
        finally
        {
            await pipe.CompleteAsync();
        }

        return reader.Finish();
    }

    private async Task ReadLinesAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        bool skipping = false;
        while (true)
        {
            ReadResult read = await pipe.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> rest = read.Buffer;
            while (TryTakeLine(ref rest, out ReadOnlySequence<byte> line))
            {
                Take(line, ref skipping);
            }

            if (read.IsCompleted)
            {
                if (!rest.IsEmpty)
                {
                    Take(rest, ref skipping);
                }

                return;
            }

            if (rest.Length > _options.MaxLineLength)
            {
                // Too long already: forget what there is, and the remainder when it comes.
                if (!skipping)
                {
                    Bad(_line + 1, TooLong);
                }

                skipping = true;
                rest = rest.Slice(rest.End);
            }

            pipe.AdvanceTo(rest.Start, rest.End);
        }
    }

    private string TooLong => $"is longer than {_options.MaxLineLength} bytes";

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is not { } end)
        {
            line = default;
            return false;
        }

        line = rest.Slice(0, end);
        rest = rest.Slice(rest.GetPosition(1, end));
        return true;
    }

    private void Take(ReadOnlySequence<byte> line, ref bool skipping)
    {
        _line++;
        if (skipping)
        {
            skipping = false;
            return;
        }

        if (line.Length > _options.MaxLineLength)
        {
            Bad(_line, TooLong);
            return;
        }

        ReadOnlyMemory<byte> bytes = line.ToArray();
        if (_line == 1 && bytes.Span.StartsWith(ByteOrderMark))
        {
            bytes = bytes[ByteOrderMark.Length..];
        }

        if (bytes.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
        {
            return;
        }

        if (!Utf8.IsValid(bytes.Span))
        {
            Bad(_line, "is not UTF-8");
            return;
        }

        TakeInput(bytes);
    }

    private void TakeInput(ReadOnlyMemory<byte> bytes)
    {
        _length += bytes.Length;
        if (_inputs.Count >= _options.MaxInputs || _length > _options.MaxLength)
        {
            throw new UsageException(
                $"{_name} is too large for one job, which takes {_options.MaxInputs} inputs and "
                + $"{_options.MaxLength} bytes (line {_line} is beyond). Split it.");
        }

        try
        {
            _inputs.Add(JobInputReader.ReadLine(bytes));
        }
        catch (SpecificationException wrong)
        {
            Bad(_line, string.Join("; ", wrong.Errors));
        }
    }

    private void Bad(int line, string why)
    {
        _bad.Add($"line {line}: {why}");
        if (!_options.SkipBad && _bad.Count >= _options.MaxReported)
        {
            throw Refusal();
        }
    }

    private JsonLinesInputs Finish()
    {
        if (_bad.Count > 0 && !_options.SkipBad)
        {
            throw Refusal();
        }

        return _inputs.Count > 0
            ? new JsonLinesInputs(_inputs, _bad)
            : throw new UsageException($"{_name} holds no inputs; a line looks like {{\"prompt\": \"…\"}}.", _bad);
    }

    private UsageException Refusal() => new(
        $"{_name} has bad lines; nothing was submitted. --skip-bad leaves them out.", _bad);
}
