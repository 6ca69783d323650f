namespace Infernet.Cheater.Forgeries;

/// <summary>The ways to write values that the forgeries know.</summary>
internal enum GgufTensorType : uint
{
    F32 = 0,

    /// <summary>Blocks of 32 values: a scale as half-precision number, then 32 signed bytes.</summary>
    Q8_0 = 8,
}
