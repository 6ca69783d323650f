using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Execution.Llama;

namespace Infernet.Cheater;

/// <summary>What an honest provider would do, which a cheat may ask for and then improve on.</summary>
internal sealed class HonestProvider(LlamaEngine engine, AnswerItem answer)
{
    private const string AnyQuestion = "What is a heron?";
    private int? _endToken;

    public LlamaEngine Engine { get; } = engine;

    public Task<ItemAnswer> AnswerAsync(Item item, Sampling sampling, CancellationToken cancellationToken) =>
        answer(item, sampling, cancellationToken);

    /// <summary>The number of the item's prompt tokens, for no more than reading the prompt.</summary>
    public async Task<int> CountPromptAsync(Item item, CancellationToken cancellationToken) =>
        (await answer(item, new Sampling { MaxTokens = 1, TopP = 1 }, cancellationToken)).PromptTokens;

    /// <summary>The token that ends an answer.</summary>
    public async Task<int> EndTokenAsync(CancellationToken cancellationToken)
    {
        if (_endToken is { } known)
        {
            return known;
        }

        var question = new Item { Chat = new ChatMessages() };
        question.Chat.Messages.Add(new ChatMessage { Role = "user", Content = AnyQuestion });
        ItemAnswer whole = await answer(question, new Sampling { MaxTokens = 512, TopP = 1 }, cancellationToken);
        _endToken = whole.TokenIds[^1];
        return whole.TokenIds[^1];
    }
}
