using System.CommandLine;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Infernet.Cli.Jobs;

/// <summary>
/// The flags that stand for fields of a job specification. Ranges are not checked here: the specification's reader
/// checks them, for flags as for files.
/// </summary>
internal static class SpecificationFlags
{
    private const string Sampling = "sampling";
    private const string Sharding = "sharding";
    private const string Requirements = "requirements";
    private const string Verification = "verification";

    public static IReadOnlyList<SpecificationFlag> All { get; } =
    [
        Text("--model", "MODEL", "", "model", "The model, by alias or CID.", "-m"),
        Text("--kind", "KIND", "", "kind", "chat (default), completion or embedding."),
        Number<double>("--temperature", "T", Sampling, "temperature", "0 to 2; 0 always takes the likeliest token (default)."),
        Number<long>("--top-k", "K", Sampling, "top_k", "Draw among the K likeliest tokens; 0 is off (default)."),
        Number<double>("--top-p", "P", Sampling, "top_p", "Draw among the likeliest tokens that hold P together; 1 is off (default)."),
        Number<double>("--min-p", "P", Sampling, "min_p", "Drop tokens less likely than this share of the likeliest; 0 is off (default)."),
        Number<ulong>("--seed", "N", Sampling, "seed", "Seed of the draws (default: 0); none gives each provider another.", "none"),
        Number<long>("--max-tokens", "N", Sampling, "max_tokens", "Most tokens for one input (default: 256)."),
        Texts("--stop", "TEXT", Sampling, "stop", "Text that ends the output; may be repeated."),
        Number<long>("--shard-size", "N", Sharding, "shard_size", "Inputs a shard (default: by each provider's speed)."),
        Number<long>("--max-providers", "N", Sharding, "max_providers", "Most providers at a time (default: all that fit)."),
        Number<long>("--min-providers", "N", Sharding, "min_providers", "Fewest providers to start with (default: 1)."),
        Number<long>("--max-attempts", "N", Sharding, "max_attempts", "How often a shard is tried (default: 3)."),
        Number<double>("--gpu-memory", "GIB", Requirements, "gpu_memory_gib", "Memory that a provider's GPU must have."),
        Number<long>("--context-length", "TOKENS", Requirements, "context_length", "Context that a provider must offer."),
        Number<double>("--min-reputation", "SCORE", Requirements, "min_reputation", "Reputation that a provider must have, 0 to 1."),
        Texts("--peer", "ID", Requirements, "peers", "Use only this peer; may be repeated."),
        Texts("--exclude-peer", "ID", Requirements, "exclude_peers", "Never use this peer; may be repeated."),
        Text("--verify", "MODE", Verification, "mode", "tolerant (default), exact, redundant or none."),
        Number<double>("--audit-rate", "SHARE", Verification, "audit_rate", "Share of shards to audit (default: 0.1)."),
        Number<long>("--copies", "N", Verification, "copies", "Redundant: providers that answer each input (default: 3)."),
        Text("--compare", "HOW", Verification, "compare", "Redundant: bytes, numbers or command (default: bytes; numbers for embeddings)."),
        Number<double>("--tolerance", "X", Verification, "tolerance", "Numbers: largest difference (default: 0.001)."),
        Words("--comparator", "COMMAND", Verification, "command", "Command: program and arguments, split at blanks; no shell."),
        Text("--deadline", "TIME", "", "deadline", "How long the job may take in all: 90s, 10m, 2h."),
        Number<long>("--token-budget", "N", "", "token_budget", "Most tokens that the job may generate in all."),
        Text("--budget", "AMOUNT", "", "budget", "Most that the job may pay in all: \"0.01 SOL\" (default: job_budget)."),
        Switch("--escrow", "", "escrow", "Pay by an escrow for this job, whose rest comes back at its end: no channel stays."),
        Pair("--max-price", "IN/OUT", "", "max_price", "Highest prices of a million tokens read and generated: \"0.02 SOL/0.06 SOL\"."),
    ];

    private static SpecificationFlag Text(
        string name, string value, string section, string field, string description, params string[] aliases)
    {
        var option = new Option<string?>(name, aliases) { Description = description, HelpName = value };
        return new SpecificationFlag(
            option, section, field, parsed => parsed.GetValue(option) is { } text ? JsonValue.Create(text) : null);
    }

    private static SpecificationFlag Texts(
        string name, string value, string section, string field, string description)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = value };
        return new SpecificationFlag(
            option,
            section,
            field,
            parsed => parsed.GetValue(option) is { Length: > 0 } texts
                ? new JsonArray([.. texts.Select(t => (JsonNode)JsonValue.Create(t))])
                : null);
    }

    private static SpecificationFlag Switch(string name, string section, string field, string description)
    {
        var option = new Option<bool>(name) { Description = description };
        return new SpecificationFlag(
            option, section, field, parsed => parsed.GetValue(option) ? JsonValue.Create(true) : null);
    }

    // Two amounts, or one for both.
    private static SpecificationFlag Pair(
        string name, string value, string section, string field, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = value };
        return new SpecificationFlag(
            option,
            section,
            field,
            parsed => parsed.GetValue(option) is { } text
                ? new JsonObject
                {
                    ["input"] = text.Split('/', 2)[0].Trim(), ["output"] = text.Split('/', 2)[^1].Trim(),
                }
                : null);
    }

    private static SpecificationFlag Words(
        string name, string value, string section, string field, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = value };
        return new SpecificationFlag(
            option,
            section,
            field,
            parsed => parsed.GetValue(option) is { } text
                ? new JsonArray([.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(t => (JsonNode)JsonValue.Create(t))])
                : null);
    }

    // A word may stand for a number.
    private static SpecificationFlag Number<T>(
        string name, string value, string section, string field, string description, string? word = null)
        where T : struct, INumber<T>
    {
        var option = new Option<JsonValue?>(name)
        {
            Description = description,
            HelpName = value,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (text == word)
                {
                    return JsonValue.Create(text);
                }

                if (T.TryParse(text, CultureInfo.InvariantCulture, out T number) && T.IsFinite(number))
                {
                    return JsonValue.Create(number);
                }

                string kind = (typeof(T) == typeof(double) ? "a number" : "a whole number")
                    + (word is null ? "" : $" or {word}");
                result.AddError($"{name} must be {kind}, is '{text}'.");
                return null;
            },
        };
        return new SpecificationFlag(option, section, field, parsed => parsed.GetValue(option));
    }
}
