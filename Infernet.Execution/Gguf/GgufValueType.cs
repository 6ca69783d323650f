namespace Infernet.Execution.Gguf;

/// <summary>
/// The types of a metadata value. Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
/// </summary>
internal enum GgufValueType : uint
{
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    Float32,
    Bool,
    String,
    Array,
    UInt64,
    Int64,
    Float64,
}
