using System.Globalization;
using Infernet.Core.Api;

namespace Infernet.Cli.Peers;

/// <summary>Shows to people what hardware can do: what was measured, or else what is claimed.</summary>
internal static class HardwareView
{
    private const string MatrixProduct = "matmul-int8";
    private const double Giga = 1e9;

    /// <summary>For example <c>350 GOPS</c> or <c>12.4 GB/s</c>.</summary>
    public static string Rate(string kernel, double rate) => string.Create(
        CultureInfo.InvariantCulture, $"{rate / Giga:0.#} {(kernel == MatrixProduct ? "GOPS" : "GB/s")}");

    /// <summary>For example <c>350 GOPS measured</c> or <c>350 GOPS claimed</c>; null when nothing is known.</summary>
    public static string? Speed(HardwareStatus hardware)
    {
        double best = hardware.Measured.Where(m => m.Kernel == MatrixProduct).Select(m => m.Rate).DefaultIfEmpty().Max();
        return best > 0 ? $"{Rate(MatrixProduct, best)} measured"
            : hardware.Claimed is { Operations: > 0 and var claimed } ? $"{Rate(MatrixProduct, claimed)} claimed"
            : null;
    }
}
