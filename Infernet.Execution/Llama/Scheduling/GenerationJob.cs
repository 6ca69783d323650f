using System.Threading.Channels;
using Infernet.Execution.Generation;
using Infernet.Execution.Sampling;

namespace Infernet.Execution.Llama.Scheduling;

/// <summary>
/// Generates one text: each time the logits arrive it draws a token and feeds it back, until the model, a stop text,
/// the limit or the caller ends it. With a listener every piece of text is handed on; without, only the result.
/// </summary>
internal sealed class GenerationJob : SequenceJob
{
    /// <summary>
    /// The least time between two pieces: a small model draws a thousand tokens a second, and waking the reader for
    /// each would take the processor from the model. A reader sees no difference.
    /// </summary>
    private static readonly TimeSpan PieceInterval = TimeSpan.FromMilliseconds(10);

    private readonly TaskCompletionSource<GenerationResult> _result =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly SamplingOptions _sampling;
    private readonly AnswerText _text;
    private readonly int _promptTokens;
    private readonly int[] _drawn;
    private readonly TimeProvider _clock;
    private readonly long _created;
    private readonly ChannelWriter<GenerationDelta>? _listener;
    private long _started;
    private long _firstToken;
    private int _drawnCount;
    private int _reported;
    private long _lastPiece;

    /// <param name="vocabulary">The model's tokens.</param>
    /// <param name="request">What to generate; already checked.</param>
    /// <param name="prompt">Its prompt's tokens.</param>
    /// <param name="maxTokens">Most tokens to draw, such that they fit the context.</param>
    /// <param name="clock">The clock of the timings.</param>
    /// <param name="listener">Who hears of every piece, or null. Never waits: it holds at most maxTokens pieces.</param>
    public GenerationJob(
        Vocabulary vocabulary,
        GenerationRequest request,
        int[] prompt,
        int maxTokens,
        TimeProvider clock,
        ChannelWriter<GenerationDelta>? listener)
        : base([.. prompt, .. new int[maxTokens]], prompt.Length, prompt.Length - 1)
    {
        _sampling = request.Sampling;
        _text = new AnswerText(vocabulary, request.Stop, request.IgnoreEnd);
        _promptTokens = prompt.Length;
        _drawn = new int[maxTokens];
        _clock = clock;
        _created = clock.GetTimestamp();
        _listener = listener;
    }

    /// <summary>The outcome.</summary>
    public Task<GenerationResult> Result => _result.Task;

    public override void OnStarted() => _started = _clock.GetTimestamp();

    public override bool OnLogits(int position, ReadOnlySpan<float> logits, TokenSampler sampler)
    {
        int token = sampler.Sample(logits, _sampling, _drawnCount);
        if (token < 0)
        {
            Fail(new EngineFailedException("The model's output is not a number; the file may be damaged."));
            return true;
        }

        if (_drawnCount == 0)
        {
            _firstToken = _clock.GetTimestamp();
        }

        _drawn[_drawnCount++] = token;
        if (_text.Append(token))
        {
            End(FinishReason.Stop);
            return true;
        }

        if (_drawnCount == _drawn.Length)
        {
            End(FinishReason.Length);
            return true;
        }

        Feed(token);
        ReportPiece();
        return false;
    }

    public override void EndCancelled() => End(FinishReason.Cancelled);

    public override void Fail(Exception error)
    {
        _result.TrySetException(error);
        // Nobody awaits the result of a stream; its reader gets the error from the stream.
        _ = _result.Task.Exception;
        _listener?.TryComplete(error);
    }

    private void End(FinishReason reason)
    {
        _text.Finish();
        long now = _clock.GetTimestamp();
        long started = _started == 0 ? now : _started;
        long first = _firstToken == 0 ? now : _firstToken;
        var result = new GenerationResult
        {
            Text = _text.ToString(),
            TokenIds = _drawn[.._drawnCount],
            PromptTokens = _promptTokens,
            FinishReason = reason,
            StopText = _text.StopText,
            Timings = new GenerationTimings(
                _clock.GetElapsedTime(_created, started),
                _clock.GetElapsedTime(started, first),
                _clock.GetElapsedTime(first, now)),
        };
        if (_listener is not null)
        {
            _listener.TryWrite(new GenerationDelta(_text.Take(), _drawn[_reported.._drawnCount], result));
            _listener.TryComplete();
        }

        _result.TrySetResult(result);
    }

    private void ReportPiece()
    {
        if (_listener is null)
        {
            return;
        }

        long now = _clock.GetTimestamp();
        bool soon = _reported > 0 && _clock.GetElapsedTime(_lastPiece, now) < PieceInterval;
        if (soon || _text.Take() is not { Length: > 0 } piece)
        {
            return;
        }

        _listener.TryWrite(new GenerationDelta(piece, _drawn[_reported.._drawnCount]));
        _reported = _drawnCount;
        _lastPiece = now;
    }
}
