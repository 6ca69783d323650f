using System.Globalization;
using System.Text.Json;
using Infernet.Core.Identity;
using Infernet.Core.Payments;

namespace Infernet.Core.Jobs;

/// <summary>
/// Reads a job specification from JSON or YAML and checks it whole: field names, types, ranges, and what must go
/// together. All errors are reported at once, each with the field's path and what it should be.
/// </summary>
public static class JobSpecificationReader
{
    /// <summary>Longest specification text, in bytes.</summary>
    public const int MaxLength = 256 << 20;

    /// <summary>Reads JSON.</summary>
    /// <exception cref="SpecificationException">It is no valid specification.</exception>
    public static JobSpecification ReadJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (JsonException broken)
        {
            throw new SpecificationException(
                [new SpecificationError("", $"The specification is not JSON: {JsonProblem.Describe(broken)}")]);
        }
    }

    /// <summary>Reads YAML.</summary>
    /// <exception cref="SpecificationException">It is no valid specification.</exception>
    public static JobSpecification ReadYaml(string yaml)
    {
        using JsonDocument document = YamlText.ToJson(yaml);
        return Read(document.RootElement);
    }

    /// <summary>Checks a parsed specification.</summary>
    /// <exception cref="SpecificationException">It is not valid.</exception>
    public static JobSpecification Read(JsonElement root)
    {
        var errors = new List<SpecificationError>();
        try
        {
            return Read(root, errors);
        }
        catch (InvalidOperationException)
        {
            throw new SpecificationException([.. errors, JsonProblem.NotUnicode]);
        }
    }

    private static JobSpecification Read(JsonElement root, List<SpecificationError> errors)
    {
        var fields = new SpecificationFields(root, "", errors);
        JobKind kind = Kind(fields);
        var specification = new JobSpecification
        {
            Kind = kind,
            Model = Model(fields),
            Inputs = Inputs(fields, errors),
            Sampling = Sampling(fields.Object("sampling")),
            Sharding = Sharding(fields.Object("sharding")),
            Requirements = Requirements(fields.Object("requirements")),
            Verification = VerificationReader.Read(fields.Object("verification"), kind),
            Deadline = Deadline(fields),
            TokenBudget = fields.Integer("token_budget", 1, long.MaxValue),
            Budget = Amount(fields, "budget"),
            MaxPrice = MaxPrice(fields.Object("max_price")),
            Escrow = fields.Switch("escrow"),
        };
        fields.RefuseUnknown();
        CheckTogether(specification, errors);
        return errors.Count == 0 ? specification : throw new SpecificationException(errors);
    }

    private static JobKind Kind(SpecificationFields fields)
    {
        switch (fields.Text("kind"))
        {
            case null or "chat":
                return JobKind.Chat;
            case "completion":
                return JobKind.Completion;
            case "embedding":
                return JobKind.Embedding;
            case var other:
                fields.Fail("kind", $"must be chat, completion or embedding, is '{other}'");
                return JobKind.Chat;
        }
    }

    private static string Model(SpecificationFields fields)
    {
        string? model = fields.Text("model", 256);
        if (string.IsNullOrWhiteSpace(model))
        {
            fields.Fail("model", "must name a model by alias or CID ('infernet model list' shows them)");
        }

        return model ?? "";
    }

    private static PriceLimit? MaxPrice(SpecificationFields? fields)
    {
        if (fields is null)
        {
            return null;
        }

        var limit = new PriceLimit { Input = Amount(fields, "input"), Output = Amount(fields, "output") };
        fields.RefuseUnknown();
        return limit;
    }

    // Only the form is known here: what an amount comes to, and whether it is of the right asset, the node knows.
    private static string? Amount(SpecificationFields fields, string field)
    {
        string? text = fields.Text(field, 128);
        if (text is not null && AmountText.FindProblem(text) is { } problem)
        {
            fields.Fail(field, $"must be an amount: {problem}");
        }

        return text;
    }

    private static List<JobInput> Inputs(SpecificationFields fields, List<SpecificationError> errors)
    {
        var inputs = new List<JobInput>();
        if (!fields.TryGet("inputs", out JsonElement list) || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() is 0 or > JobSpecification.MaxInputs)
        {
            fields.Fail("inputs", $"must be a list of 1 to {JobSpecification.MaxInputs} inputs");
            return inputs;
        }

        foreach (JsonElement element in list.EnumerateArray())
        {
            if (JobInputReader.Read(element, $"inputs[{inputs.Count}]", errors) is { } input)
            {
                inputs.Add(input);
            }
            else if (errors.Count > 20)
            {
                break;
            }
            else
            {
                inputs.Add(new JobInput { Prompt = "" });
            }
        }

        return inputs;
    }

    private static SamplingSpecification Sampling(SpecificationFields? fields)
    {
        if (fields is null)
        {
            return new SamplingSpecification();
        }

        var sampling = new SamplingSpecification
        {
            Temperature = (float)fields.Number("temperature", 0, 0, 2),
            TopK = (int)(fields.Integer("top_k", 0, 100_000) ?? 0),
            TopP = (float)fields.Number("top_p", 1, 0.001, 1),
            MinP = (float)fields.Number("min_p", 0, 0, 1),
            Seed = Seed(fields),
            MaxTokens = (int)(fields.Integer("max_tokens", 1, 1 << 20) ?? 256),
            Stop = fields.Texts("stop", maxCount: 16, maxLength: 256),
        };
        fields.RefuseUnknown();
        return sampling;
    }

    // A whole number, or the word none.
    private static ulong? Seed(SpecificationFields fields) =>
        fields.TryGet("seed", out JsonElement value) && value.ValueKind == JsonValueKind.String
        && value.ValueEquals("none"u8)
            ? null
            : fields.Unsigned("seed", "or none") ?? 0;

    private static ShardingSpecification Sharding(SpecificationFields? fields)
    {
        if (fields is null)
        {
            return new ShardingSpecification();
        }

        var sharding = new ShardingSpecification
        {
            ShardSize = (int?)fields.Integer("shard_size", 1, 10_000),
            MaxProviders = (int?)fields.Integer("max_providers", 1, 10_000),
            MinProviders = (int)(fields.Integer("min_providers", 1, 10_000) ?? 1),
            MaxAttempts = (int)(fields.Integer("max_attempts", 1, 20) ?? 3),
        };
        fields.RefuseUnknown();
        if (sharding.MaxProviders < sharding.MinProviders)
        {
            fields.Fail("max_providers", $"must be at least min_providers, which is {sharding.MinProviders}");
        }

        return sharding;
    }

    private static RequirementsSpecification Requirements(SpecificationFields? fields)
    {
        if (fields is null)
        {
            return new RequirementsSpecification();
        }

        var requirements = new RequirementsSpecification
        {
            GpuMemoryGib = fields.Number("gpu_memory_gib", 0, 0, 10_000),
            ContextLength = (int)(fields.Integer("context_length", 0, 1 << 26) ?? 0),
            MinReputation = fields.Number("min_reputation", 0, 0, 1),
            Peers = Peers(fields, "peers"),
            ExcludePeers = Peers(fields, "exclude_peers"),
        };
        fields.RefuseUnknown();
        return requirements;
    }

    private static IReadOnlyList<string> Peers(SpecificationFields fields, string field)
    {
        IReadOnlyList<string> peers = fields.Texts(field, maxCount: 10_000, maxLength: 128);
        foreach (string peer in peers.Where(p => !PeerId.TryParse(p, out _)))
        {
            fields.Fail(field, $"'{peer}' is not a peer id; one looks like 12D3KooW…");
        }

        return peers;
    }

    // A number of seconds, or a text such as 90s, 10m, 2h.
    private static TimeSpan? Deadline(SpecificationFields fields)
    {
        if (!fields.TryGet("deadline", out JsonElement value))
        {
            return null;
        }

        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (Durations.TryParse(text, out TimeSpan deadline) && deadline > TimeSpan.Zero
            && deadline <= TimeSpan.FromDays(30))
        {
            return deadline;
        }

        fields.Fail("deadline", "must be a time from 1s to 30d, such as 90s, 10m or 2h");
        return null;
    }

    private static void CheckTogether(JobSpecification specification, List<SpecificationError> errors)
    {
        VerificationReader.CheckTogether(specification, errors);
        if (specification.Kind == JobKind.Chat)
        {
            return;
        }

        int chat = specification.Inputs.TakeWhile(i => i.Messages is null).Count();
        if (chat < specification.Inputs.Count)
        {
            string kind = specification.Kind.ToString().ToLower(CultureInfo.InvariantCulture);
            errors.Add(new SpecificationError(
                $"inputs[{chat}].messages", $"a job of kind {kind} takes texts; use kind chat for messages"));
        }
    }
}
