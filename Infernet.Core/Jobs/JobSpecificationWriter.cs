using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Infernet.Core.Jobs;

/// <summary>
/// Writes a specification as the JSON that <see cref="JobSpecificationReader"/> reads back to an equal one: for the
/// local API and for the journal.
/// </summary>
public static class JobSpecificationWriter
{
    /// <summary>Writes UTF-8 JSON without line breaks.</summary>
    public static byte[] WriteJson(JobSpecification specification)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, specification);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes one JSON object.</summary>
    public static void Write(Utf8JsonWriter json, JobSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(specification);
        json.WriteStartObject();
        json.WriteString("kind", KindName(specification.Kind));
        json.WriteString("model", specification.Model);
        Write(json, specification.Sampling);
        Write(json, specification.Sharding);
        Write(json, specification.Requirements);
        Write(json, specification.Verification);
        if (specification.Deadline is { } deadline)
        {
            json.WriteString("deadline", deadline.TotalSeconds.ToString("0.#######", CultureInfo.InvariantCulture));
        }

        if (specification.TokenBudget is { } budget)
        {
            json.WriteNumber("token_budget", budget);
        }

        WriteText(json, "budget", specification.Budget);
        if (specification.MaxPrice is { } limit)
        {
            json.WriteStartObject("max_price");
            WriteText(json, "input", limit.Input);
            WriteText(json, "output", limit.Output);
            json.WriteEndObject();
        }

        if (specification.Escrow)
        {
            json.WriteBoolean("escrow", true);
        }

        json.WriteStartArray("inputs");
        foreach (JobInput input in specification.Inputs)
        {
            Write(json, input);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static string KindName(JobKind kind) => kind switch
    {
        JobKind.Completion => "completion",
        JobKind.Embedding => "embedding",
        _ => "chat",
    };

    private static void Write(Utf8JsonWriter json, SamplingSpecification sampling)
    {
        json.WriteStartObject("sampling");
        json.WriteNumber("temperature", sampling.Temperature);
        json.WriteNumber("top_k", sampling.TopK);
        json.WriteNumber("top_p", sampling.TopP);
        json.WriteNumber("min_p", sampling.MinP);
        if (sampling.Seed is { } seed)
        {
            json.WriteNumber("seed", seed);
        }
        else
        {
            json.WriteString("seed", "none");
        }

        json.WriteNumber("max_tokens", sampling.MaxTokens);
        WriteTexts(json, "stop", sampling.Stop);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ShardingSpecification sharding)
    {
        json.WriteStartObject("sharding");
        WriteOptional(json, "shard_size", sharding.ShardSize);
        WriteOptional(json, "max_providers", sharding.MaxProviders);
        json.WriteNumber("min_providers", sharding.MinProviders);
        json.WriteNumber("max_attempts", sharding.MaxAttempts);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RequirementsSpecification requirements)
    {
        json.WriteStartObject("requirements");
        json.WriteNumber("gpu_memory_gib", requirements.GpuMemoryGib);
        json.WriteNumber("context_length", requirements.ContextLength);
        json.WriteNumber("min_reputation", requirements.MinReputation);
        WriteTexts(json, "peers", requirements.Peers);
        WriteTexts(json, "exclude_peers", requirements.ExcludePeers);
        json.WriteEndObject();
    }

    // Only what the mode has a use for, since the reader refuses the rest.
    private static void Write(Utf8JsonWriter json, VerificationSpecification verification)
    {
        json.WriteStartObject("verification");
        json.WriteString("mode", NameOf(verification.Mode));
        if (verification.Mode is VerificationMode.Tolerant or VerificationMode.Exact)
        {
            json.WriteNumber("audit_rate", verification.AuditRate);
        }

        if (verification.Mode == VerificationMode.Redundant)
        {
            json.WriteNumber("copies", verification.Copies);
            json.WriteString("compare", NameOf(verification.Compare));
            if (verification.Compare == OutputComparison.Numbers)
            {
                json.WriteNumber("tolerance", verification.Tolerance);
            }
            else if (verification.Compare == OutputComparison.Command)
            {
                WriteTexts(json, "command", verification.Command);
            }
        }

        json.WriteEndObject();
    }

    private static string NameOf(VerificationMode mode) => mode switch
    {
        VerificationMode.Exact => "exact",
        VerificationMode.Redundant => "redundant",
        VerificationMode.None => "none",
        _ => "tolerant",
    };

    private static string NameOf(OutputComparison comparison) => comparison switch
    {
        OutputComparison.Numbers => "numbers",
        OutputComparison.Command => "command",
        _ => "bytes",
    };

    private static void Write(Utf8JsonWriter json, JobInput input)
    {
        json.WriteStartObject();
        if (input.Id is { } id)
        {
            json.WriteString("id", id);
        }

        if (input.Prompt is { } prompt)
        {
            json.WriteString("prompt", prompt);
        }

        if (input.Messages is { } messages)
        {
            json.WriteStartArray("messages");
            foreach (ChatTurn turn in messages)
            {
                json.WriteStartObject();
                json.WriteString("role", turn.Role);
                json.WriteString("content", turn.Content);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
