using Infernet.Execution.Llama.Scheduling;

namespace Infernet.Execution.Tests.Llama;

[TestFixture]
public sealed class BatchPlannerTests
{
    private static int[] Plan(int room, params int[] ready)
    {
        int[] taken = new int[ready.Length];
        BatchPlanner.Plan(ready, room, taken);
        return taken;
    }

    [Test]
    public void SingleTokens_GoBesideALongPrompt() =>
        Assert.That(Plan(16, 1, 100, 1, 1), Is.EqualTo(new[] { 1, 13, 1, 1 }));

    [Test]
    public void OlderPrompts_GoFirst_ButNobodyStandsStill() =>
        Assert.That(Plan(10, 7, 7, 7), Is.EqualTo(new[] { 7, 2, 1 }));

    [Test]
    public void Room_ForAll_IsUsed() => Assert.That(Plan(512, 7, 20, 1), Is.EqualTo(new[] { 7, 20, 1 }));

    [Test]
    public void Nothing_Ready_TakesNothing() => Assert.That(Plan(4, 0, 3), Is.EqualTo(new[] { 0, 3 }));
}
