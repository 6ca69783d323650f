using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Running;

namespace Infernet.Daemon.Tests.Jobs.Running;

[TestFixture]
public sealed class PromptCheckTests
{
    // 10 bytes, and 8 tokens that a tokenizer may add.
    private static readonly Dictionary<ulong, Item> Sent = new()
    {
        [0] = new Item { Index = 0, Prompt = new string('x', 10) },
        [1] = new Item { Index = 1, Prompt = new string('x', 1_000) },
    };

    [Test]
    public void Receipt_WithinWhatWasSent_IsBelieved() => Assert.That(Problem((0, 18), (1, 1_008)), Is.Null);

    // One of two was finished, and the prompts of both were billed.
    [Test]
    public void Receipt_OverAPart_BillsThatPartAlone() => Assert.That(
        Problem((0, 1_026)), Is.EqualTo("the receipt claims 1026 prompt tokens for item 0, there can't be more than 18"));

    [Test]
    public void Receipt_WithOneLineTooHigh_IsNotSavedByALowOne() => Assert.That(Problem((0, 19), (1, 1)), Is.Not.Null);

    private static string? Problem(params (ulong Index, uint Tokens)[] lines)
    {
        var items = new ReceiptItems();
        items.Items.AddRange(lines.Select(l => new ItemReceipt { Index = l.Index, PromptTokens = l.Tokens }));
        return PromptCheck.FindProblem(items, Sent);
    }
}
