namespace Infernet.Solana.Tests.Mutants;

/// <summary>One condition that the program checks: the function's name, the condition's text, its number in the build.</summary>
internal sealed record Check(int Number, string Name);
