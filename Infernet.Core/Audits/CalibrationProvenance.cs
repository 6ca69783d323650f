namespace Infernet.Core.Audits;

/// <summary>Where a calibration's numbers come from, so that they can be made again and doubted.</summary>
/// <param name="Command">What fitted them.</param>
/// <param name="Date">When, as ISO 8601.</param>
/// <param name="Machine">The processor.</param>
/// <param name="Library">The engine library's build.</param>
/// <param name="Model">The model's name and quantisation.</param>
/// <param name="Cheats">What the mildest cheat was taken from.</param>
/// <param name="Variants">The CPU variants, each as provider and as auditor.</param>
/// <param name="Slots">How many sequences ran at once.</param>
/// <param name="Temperatures">The samplers' temperatures.</param>
/// <param name="Seeds">The samplers' seeds.</param>
/// <param name="Prompts">How many prompts.</param>
/// <param name="HonestTokens">How many honest tokens were scored.</param>
/// <param name="CheatTokens">How many tokens of cheats were scored.</param>
public sealed record CalibrationProvenance(
    string Command,
    string Date,
    string Machine,
    string Library,
    string Model,
    IReadOnlyList<string> Cheats,
    IReadOnlyList<string> Variants,
    IReadOnlyList<int> Slots,
    IReadOnlyList<double> Temperatures,
    IReadOnlyList<ulong> Seeds,
    int Prompts,
    long HonestTokens,
    long CheatTokens);
