using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Execution.Llama.Native;

/// <summary>
/// Takes the library's log lines, which would go to standard error otherwise. They are process-wide; the thread that
/// called into the library also keeps its last complaints, for the message of an exception.
/// </summary>
internal static unsafe partial class NativeLog
{
    private const int MaxComplaints = 8;
    private const int MaxLineLength = 4_096;
    private const int LevelInfo = 2;
    private const int LevelWarning = 3;
    private const int LevelError = 4;
    private const int LevelContinue = 5;

    private static ILogger _logger = NullLogger.Instance;

    [ThreadStatic]
    private static Queue<string>? _complaints;

    [ThreadStatic]
    private static (int Level, string Text) _line;

    /// <summary>Where lines go from now on.</summary>
    public static ILogger Logger
    {
        set => Volatile.Write(ref _logger, value);
    }

    public static void Install() => LlamaApi.llama_log_set(&OnLog, 0);

    /// <summary>Forgets this thread's complaints.</summary>
    public static void Forget() => _complaints?.Clear();

    /// <summary>What the library complained of on this thread since <see cref="Forget"/>; may be empty.</summary>
    public static IReadOnlyCollection<string> Complaints => (IReadOnlyCollection<string>?)_complaints ?? [];

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(int level, byte* text, nint data)
    {
        try
        {
            // A line comes in pieces: the first has its level, the others say that they continue it.
            string piece = Marshal.PtrToStringUTF8((nint)text) ?? "";
            int lineLevel = level == LevelContinue ? _line.Level : level;
            string line = level == LevelContinue ? _line.Text + piece : piece;
            if (line.EndsWith('\n') || line.Length > MaxLineLength)
            {
                Write(lineLevel, line.TrimEnd());
                line = "";
            }

            _line = (lineLevel, line);
        }
        catch (Exception)
        {
            // An exception must not unwind through the library's frames; a lost line is the lesser evil.
        }
    }

    private static void Write(int level, string line)
    {
        if (level >= LevelWarning)
        {
            _complaints ??= new Queue<string>();
            while (_complaints.Count >= MaxComplaints)
            {
                _complaints.Dequeue();
            }

            _complaints.Enqueue(line);
        }

        // The library is talkative: what it calls information is for debugging here.
        LogLevel mapped = level switch
        {
            LevelError => LogLevel.Warning,
            LevelWarning or LevelInfo => LogLevel.Debug,
            _ => LogLevel.Trace,
        };
        ILogger logger = Volatile.Read(ref _logger);
        if (logger.IsEnabled(mapped))
        {
            LogLine(logger, mapped, line);
        }
    }

    [LoggerMessage(Message = "llama.cpp: {Line}")]
    private static partial void LogLine(ILogger logger, LogLevel level, string line);
}
