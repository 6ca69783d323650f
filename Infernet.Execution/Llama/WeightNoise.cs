using Infernet.Execution.Gguf;

namespace Infernet.Execution.Llama;

/// <summary>
/// Writes a model with some of its weights changed a little, as those of a version before some further training would
/// be. For calibrations, tests and benchmarks, as <see cref="Quantizer"/> is.
/// </summary>
internal static class WeightNoise
{
    private const int BytesPerWeight = 2;

    /// <summary>Writes a changed copy in Q8_0.</summary>
    /// <param name="source">A GGUF.</param>
    /// <param name="target">Is overwritten.</param>
    /// <param name="seed">Decides which weights are changed.</param>
    /// <param name="share">How many of them, 0 to 1; each changes by some three per cent.</param>
    public static void Write(string source, string target, int seed, double share = 0.2)
    {
        string plain = target + ".f16";
        try
        {
            Quantizer.Write(source, plain, Quantisation.F16);
            byte[] file = File.ReadAllBytes(plain);
            var random = new Random(seed);
            for (int weight = FirstWeight(plain, file.Length); weight < file.Length; weight += BytesPerWeight)
            {
                // Of a half's ten mantissa bits the fifth highest.
                const byte Bit = 1 << 5;
                file[weight] ^= random.NextDouble() < share ? Bit : (byte)0;
            }

            File.WriteAllBytes(plain, file);
            Quantizer.Write(plain, target, Quantisation.Q8_0);
        }
        finally
        {
            File.Delete(plain);
        }
    }

    // The weights are the end of the file; what is before, the header and some norms, stays as it is.
    private static int FirstWeight(string path, int length)
    {
        GgufHeader header = LlamaModel.ReadHeader(path);
        using LlamaModel model = LlamaModel.Load(path, header, gpuLayers: 0, progress: null, CancellationToken.None);
        long weights = Math.Min(length, model.Info.Parameters * BytesPerWeight);
        return (int)(length - weights);
    }
}
