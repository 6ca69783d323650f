using System.Buffers.Binary;

namespace Infernet.Cheater.Forgeries;

/// <summary>
/// Makes what an earlier training step would have left: every weight is a little off. The scale of each block of a Q8_0
/// tensor is changed by up to a fifth.
/// </summary>
internal static class WeightNoise
{
    private const int BlockBytes = 34;
    private const double Size = 0.2;
    private const int Seed = 1;

    public static void Apply(string from, string to)
    {
        GgufModel model = GgufModel.Read(from);
        var random = new Random(Seed);
        foreach (GgufTensor tensor in model.Tensors.Where(t => t.Type == GgufTensorType.Q8_0))
        {
            for (int at = 0; at + BlockBytes <= tensor.Data.Length; at += BlockBytes)
            {
                Span<byte> scale = tensor.Data.AsSpan(at);
                double changed = (double)BinaryPrimitives.ReadHalfLittleEndian(scale)
                    * (1 + Size * (2 * random.NextDouble() - 1));
                BinaryPrimitives.WriteHalfLittleEndian(scale, (Half)changed);
            }
        }

        model.Write(to);
    }
}
