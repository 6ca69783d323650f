namespace Infernet.Execution.Llama;

/// <summary>Reads the library's log lines of a failed load: it reports failure in no other way.</summary>
internal static class LoadComplaint
{
    private static readonly (string Words, ModelLoadError Error)[] Known =
    [
        ("unknown model architecture", ModelLoadError.Unsupported),
        ("unknown pre-tokenizer", ModelLoadError.Unsupported),
        ("unknown tokenizer", ModelLoadError.Unsupported),
        ("not supported", ModelLoadError.Unsupported),
        ("not within the file bounds", ModelLoadError.Truncated),
        ("unexpectedly reached end of file", ModelLoadError.Truncated),
        ("unable to allocate", ModelLoadError.OutOfMemory),
        ("failed to allocate", ModelLoadError.OutOfMemory),
        ("bad_alloc", ModelLoadError.OutOfMemory),
    ];

    /// <summary>The kind of trouble that the lines tell of; malformed when they tell nothing that is known.</summary>
    public static ModelLoadError Classify(IEnumerable<string> lines)
    {
        string all = string.Join('\n', lines);
        foreach ((string words, ModelLoadError error) in Known)
        {
            if (all.Contains(words, StringComparison.OrdinalIgnoreCase))
            {
                return error;
            }
        }

        return ModelLoadError.Malformed;
    }

    /// <summary>The exception of a failed load.</summary>
    public static ModelLoadException ToException(string path, IReadOnlyCollection<string> lines)
    {
        ModelLoadError error = Classify(lines);
        string what = error switch
        {
            ModelLoadError.Unsupported => "is of a kind that llama.cpp does not support",
            ModelLoadError.Truncated => "is cut off; fetch it again",
            ModelLoadError.OutOfMemory => "needs more memory than there is",
            _ => "can't be loaded",
        };
        return new ModelLoadException(error, $"{path} {what}. llama.cpp says: {string.Join(" ", lines)}");
    }
}
