using Infernet.Execution.Llama;

namespace Infernet.Cheater.Forgeries;

/// <summary>What a provider would rather run than the model that it is paid for.</summary>
internal static class PoorerModels
{
    private const int LayerInTheMiddle = 3;

    /// <summary>The same model in half as many bits.</summary>
    public static void RequantiseQ4(string from, string to) => Quantizer.Write(from, to, Quantisation.Q4_0);

    /// <summary>The same model in a quarter of the bits.</summary>
    public static void RequantiseQ2(string from, string to) => Quantizer.Write(from, to, Quantisation.Q2_K);

    /// <summary>The model without one of its layers.</summary>
    public static void LeaveALayerOut(string from, string to) =>
        Quantizer.Write(from, to, Quantisation.Q8_0, [LayerInTheMiddle]);
}
