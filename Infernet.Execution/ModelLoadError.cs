namespace Infernet.Execution;

/// <summary>Why a model can't be loaded.</summary>
public enum ModelLoadError
{
    /// <summary>There is no such file.</summary>
    NoSuchFile,

    /// <summary>The file is no GGUF.</summary>
    NotGguf,

    /// <summary>The file ends before its contents do.</summary>
    Truncated,

    /// <summary>The file is a GGUF, but its contents contradict each other.</summary>
    Malformed,

    /// <summary>The library doesn't know the model's architecture, or a part of it.</summary>
    Unsupported,

    /// <summary>The model and its context need more memory than there is.</summary>
    OutOfMemory,
}
