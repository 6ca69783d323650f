using Infernet.Core.Payments;
using Infernet.Core.Schemas;

namespace Infernet.Core.Tests.Payments;

[TestFixture]
public sealed class UsageBoundTests
{
    [Test]
    public void Prompt_IsBoundedByItsBytes()
    {
        Usage bound = UsageBound.Of([new Item { Prompt = "grüße" }, new Item { Prompt = "" }], 10, TimeSpan.Zero);

        Assert.That(bound, Is.EqualTo(new Usage(7 + 2 * UsageBound.TokensPerText, 20)));
    }

    [Test]
    public void Chat_IsBoundedByItsMessagesAndTheTemplate()
    {
        var chat = new ChatMessages { Messages = { new ChatMessage { Role = "user", Content = "hello" } } };

        Assert.That(
            UsageBound.PromptTokens(new Item { Chat = chat }),
            Is.EqualTo(9 + UsageBound.TokensPerChat + UsageBound.TokensPerMessage));
    }

    [Test]
    public void Embedding_HasNoAnswerTokens() =>
        Assert.That(
            UsageBound.Of([new Item { Text = "abc" }], 10, TimeSpan.FromMilliseconds(2)),
            Is.EqualTo(new Usage(3 + UsageBound.TokensPerText, 0, 2_000)));

    [Test]
    public void Item_OfNothing_TakesNothing() => Assert.That(UsageBound.PromptTokens(new Item()), Is.Zero);
}
