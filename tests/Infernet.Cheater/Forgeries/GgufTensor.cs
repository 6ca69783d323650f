namespace Infernet.Cheater.Forgeries;

/// <summary>One tensor of a GGUF file.</summary>
/// <param name="Name">Such as "blk.0.attn_q.weight".</param>
/// <param name="Shape">Its dimensions, the innermost first.</param>
/// <param name="Type">How its values are written.</param>
/// <param name="Data">Its bytes.</param>
internal sealed record GgufTensor(string Name, ulong[] Shape, GgufTensorType Type, byte[] Data);
