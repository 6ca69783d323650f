using Infernet.Cheater.Forgeries;

namespace Infernet.Cheater.Cheats;

/// <summary>Every way to cheat that this program knows.</summary>
internal static class CheatCatalog
{
    public static IReadOnlyList<Cheat> All { get; } =
    [
        new OtherModelCheat("smaller-model", "a layer of the model is left out", PoorerModels.LeaveALayerOut),
        new OtherModelCheat("heavier-quantisation", "the same model in Q4_0", PoorerModels.RequantiseQ4),
        new OtherModelCheat("heaviest-quantisation", "the same model in Q2_K", PoorerModels.RequantiseQ2),
        new OtherModelCheat("stale-version", "weights of another training step", WeightNoise.Apply),
        new TruncatedAnswerCheat(),
        new CopiedAnswerCheat(),
        new EditedTokensCheat(),
        new WrongSeedCheat(),
        new OtherSamplerCheat(),
        new CannedAnswerCheat(),
        new ForeignReceiptCheat(),
        new ReplayedReceiptCheat(),
        new ImpossibleTimesCheat(),
        new WrongEmbeddingCheat(),
        new LazyAuditor(),
        new SlanderingAuditor(),
        new CopyingAuditor(),
        new SlowProvider(),
        new WatchfulSubmitter(),
    ];

    /// <exception cref="ArgumentException">There is no such cheat.</exception>
    public static Cheat Find(string name) => All.FirstOrDefault(c => c.Name == name) ?? throw new ArgumentException(
        $"--cheat is {name}; it must be one of {string.Join(", ", All.Select(c => c.Name))}");
}
