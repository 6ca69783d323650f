using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Audits;

/// <summary>
/// Whether a request for an audit makes sense: every field and every size, before anything is computed. Whether the
/// hashes fit is the audit's business. Pure: the first thing that is wrong is the answer; null means that nothing is.
/// </summary>
public static class RequestCheck
{
    /// <summary>What is wrong with a request, as a sentence.</summary>
    public static string? FindProblem(AuditRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Fields(request) ?? EngineCheck.FindProblem(request.Engine) ?? Sampling(request) ?? Items(request);
    }

    private static string? Fields(AuditRequest request) => request switch
    {
        { Nonce.Length: not AuditLimits.NonceLength } => $"the nonce must have {AuditLimits.NonceLength} bytes",
        { ModelRoot.Length: 0 or > AuditLimits.MaxModelRoot } =>
            $"model_root must be a CID of at most {AuditLimits.MaxModelRoot} bytes",
        { Kind: not (JobKind.Completion or JobKind.Chat or JobKind.Embedding) } =>
            $"kind {(int)request.Kind} is none of completion, chat and embedding",
        { Items.Count: 0 or > AuditLimits.MaxItems } => $"there must be 1 to {AuditLimits.MaxItems} items",
        _ => null,
    };

    private static string? Sampling(AuditRequest request)
    {
        if (request.Kind == JobKind.Embedding)
        {
            return null;
        }

        return request.Sampling switch
        {
            null => "sampling is missing",
            { Temperature: not (>= 0 and <= AuditLimits.MaxTemperature) } =>
                $"temperature must be 0 to {AuditLimits.MaxTemperature}",
            { TopP: not (> 0 and <= 1) } => "top_p must be above 0 and at most 1",
            { MinP: not (>= 0 and <= 1) } => "min_p must be 0 to 1",
            { TopK: > int.MaxValue } => $"top_k must be 0 to {int.MaxValue}",
            { MaxTokens: 0 or > AuditLimits.MaxTokens } => $"max_tokens must be 1 to {AuditLimits.MaxTokens}",
            { Stop.Count: > AuditLimits.MaxStops } => $"at most {AuditLimits.MaxStops} stop texts are allowed",
            var sampling when sampling.Stop.Any(s => s.Length is 0 or > AuditLimits.MaxStopLength) =>
                $"a stop text must have 1 to {AuditLimits.MaxStopLength} characters",
            _ => null,
        };
    }

    private static string? Items(AuditRequest request)
    {
        var seen = new HashSet<ulong>();
        long tokens = 0;
        foreach (AuditItem item in request.Items)
        {
            if (item.Receipt is null || item.Input is null || item.Output is null)
            {
                return "an item lacks its receipt, its input or its output";
            }

            tokens += item.Receipt.TokenIds.Count;
            string? problem = !seen.Add(item.Receipt.Index) ? "it is there twice"
                : tokens > AuditLimits.MaxTokens ? $"until here the answers have more than {AuditLimits.MaxTokens} tokens"
                : Input(request.Kind, item.Input) ?? Output(item.Output) ?? Receipt(request, item);
            if (problem is not null)
            {
                return $"item {item.Receipt.Index}: {problem}";
            }
        }

        return null;
    }

    private static string? Receipt(AuditRequest request, AuditItem item)
    {
        ItemReceipt receipt = item.Receipt;
        return receipt switch
        {
            _ when receipt.Index != item.Input.Index || receipt.Index != item.Output.Index =>
                "receipt, input and output do not have the same index",
            { InputHash.Length: not ItemHash.Length } or { OutputHash.Length: not ItemHash.Length } =>
                $"its hashes must have {ItemHash.Length} bytes",
            _ when receipt.CompletionTokens != receipt.TokenIds.Count =>
                $"{receipt.CompletionTokens} tokens are claimed, {receipt.TokenIds.Count} are listed",
            _ when request.Kind == JobKind.Embedding && receipt.TokenIds.Count > 0 => "an embedding has no tokens",
            _ when !FinishReason.IsKnown(receipt.FinishReason) => "the finish reason is none of stop, length and error",
            _ when receipt.FinishReason == FinishReason.Error != item.Output.Error.Length > 0 =>
                "the finish reason and the output do not agree on whether there was an error",
            _ => null,
        };
    }

    private static string? Input(JobKind kind, Item input)
    {
        (Item.InputOneofCase wanted, long length) = kind switch
        {
            JobKind.Completion => (Item.InputOneofCase.Prompt, input.Prompt.Length),
            JobKind.Chat => (
                Item.InputOneofCase.Chat, input.Chat?.Messages.Sum(m => (long)m.Role.Length + m.Content.Length) ?? 0),
            _ => (Item.InputOneofCase.Text, input.Text.Length),
        };
        return input.InputCase != wanted ? $"its input must be a {wanted.ToString().ToLowerInvariant()}"
            : length > AuditLimits.MaxInputLength ? $"its input is longer than {AuditLimits.MaxInputLength} characters"
            : kind == JobKind.Chat && input.Chat!.Messages.Count is 0 or > AuditLimits.MaxChatMessages
                ? $"a conversation has 1 to {AuditLimits.MaxChatMessages} messages"
            : null;
    }

    private static string? Output(ItemOutput output) =>
        output.Text.Length > AuditLimits.MaxOutputLength || output.Error.Length > AuditLimits.MaxOutputLength
            ? $"its output is longer than {AuditLimits.MaxOutputLength} characters"
        : output.Embedding.Count > AuditLimits.MaxEmbedding
            ? $"its embedding has more than {AuditLimits.MaxEmbedding} numbers"
        : null;
}
