namespace Infernet.Execution.Llama;

/// <summary>The quantisations that a model can be written in; the numbers are llama.cpp's file types.</summary>
internal enum Quantisation
{
    F16 = 1,
    Q4_0 = 2,
    Q4_1 = 3,
    Q8_0 = 7,
    Q5_0 = 8,
    Q5_1 = 9,
    Q2_K = 10,
    Q3_K_M = 12,
    Q4_K_M = 15,
    Q5_K_M = 17,
    Q6_K = 18,
}
