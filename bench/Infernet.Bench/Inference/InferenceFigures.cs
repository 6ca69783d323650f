namespace Infernet.Bench.Inference;

/// <summary>Tokens per second, the prompts' reading included.</summary>
/// <param name="Parallel">How many texts were generated at once.</param>
/// <param name="Direct">By a minimal loop over llama.cpp's C API.</param>
/// <param name="Engine">By the engine, whole results.</param>
/// <param name="Streaming">By the engine, every piece handed on as it comes.</param>
internal sealed record InferenceFigures(int Parallel, double Direct, double Engine, double Streaming);
