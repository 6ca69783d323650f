using Infernet.Solana.Histories;
using Infernet.Solana.Histories.Chain;
using Infernet.Solana.Tests.Node;

namespace Infernet.Solana.Tests.Histories;

/// <summary>
/// Random histories of the program in the real runtime beside the model of Infernet.Solana.Histories; the benchmark
/// "pay" runs a hundred thousand instructions of them.
/// </summary>
public class HistoryTests
{
    private const int Instructions = 1200;

    // The first has stakes in tokens, the second in lamports.
    [TestCase(20260103)]
    [TestCase(20260105)]
    public async Task History_Random_AgreesWithTheModelAndEndsEmpty(int seed)
    {
        await using LocalLedger ledger = await LocalLedger.StartAsync(NodeScripts.Root);
        var facts = new HistoryFacts();
        await History.RunAsync(ledger, seed, Instructions, facts, default);
        Assert.That(facts.Done, Is.GreaterThan(Instructions / 3), "most histories must get somewhere");
        Assert.That(facts.Hostile, Is.GreaterThan(Instructions / 20));
        TestContext.Out.WriteLine($"{facts.Instructions} instructions: {facts.Done} done, {facts.Refused} refused, {facts.Hostile} hostile");
    }
}
