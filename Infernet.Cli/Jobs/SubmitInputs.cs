using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Infernet.Cli.Commands;
using Infernet.Core.Jobs;

namespace Infernet.Cli.Jobs;

/// <summary>
/// Makes the specification of a job from a file, from flags, and from inputs; a flag wins over the file. Whatever it
/// was made from, the same reader checks it.
/// </summary>
internal static class SubmitInputs
{
    private const string StandardInput = "-";

    public static Argument<string?> Specification { get; } = new("SPEC")
    {
        Description = "A job specification in YAML or JSON; - reads JSONL inputs from standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Option<string[]> Prompt { get; } = new("--prompt", "-p")
    {
        Description = "An input; may be repeated.",
        HelpName = "TEXT",
    };

    public static Option<string?> Input { get; } = new("--input", "-i")
    {
        Description = "A JSONL file of inputs, or - for standard input.",
        HelpName = "FILE",
    };

    public static Option<bool> SkipBad { get; } = new("--skip-bad")
    {
        Description = "Leave bad JSONL lines out instead of refusing the file.",
    };

    public static async Task<JobSpecification> ReadAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string? file = context.Parsed.GetValue(Specification);
        string? input = context.Value(Input) ?? (file == StandardInput ? file : null);
        string[] prompts = context.Value(Prompt) ?? [];
        if (prompts.Length > 0 && input is not null)
        {
            throw new UsageException("--prompt and --input exclude each other.");
        }

        JsonObject fields = file is null or StandardInput ? [] : await ReadFileAsync(file, cancellationToken);
        foreach (SpecificationFlag flag in SpecificationFlags.All)
        {
            flag.Apply(context.Parsed, fields);
        }

        if (prompts.Length > 0)
        {
            fields["inputs"] = new JsonArray([.. prompts.Select(p => (JsonNode)JsonValue.Create(p))]);
        }

        IReadOnlyList<JobInput>? inputs =
            input is null ? null : await ReadInputsAsync(context, input, cancellationToken);
        if (inputs is null && !fields.ContainsKey("inputs"))
        {
            throw new UsageException(
                "There is no input. Give --prompt TEXT, --input FILE, or a specification file with inputs.");
        }

        return Check(fields, inputs);
    }

    // Inputs of a file are checked already, line by line; a placeholder stands for them while the rest is checked.
    private static JobSpecification Check(JsonObject fields, IReadOnlyList<JobInput>? inputs)
    {
        if (inputs is not null)
        {
            fields["inputs"] = new JsonArray(JsonValue.Create(StandardInput));
        }

        using JsonDocument document = JsonDocument.Parse(fields.ToJsonString());
        JobSpecification specification = JobSpecificationReader.Read(document.RootElement);
        specification = specification with { Verification = FromHere(specification.Verification) };
        return inputs is null ? specification : specification with { Inputs = inputs };
    }

    // The node runs the comparator in a folder of its own: files that are named relative to this one are made absolute.
    private static VerificationSpecification FromHere(VerificationSpecification verification) =>
        verification.Command.Count == 0 ? verification : verification with
        {
            Command = [.. verification.Command.Select((word, place) =>
                (place > 0 || word.Contains('/', StringComparison.Ordinal)) && File.Exists(word)
                    ? Path.GetFullPath(word)
                    : word)],
        };

    private static async Task<IReadOnlyList<JobInput>> ReadInputsAsync(
        CommandContext context, string input, CancellationToken cancellationToken)
    {
        bool standard = input == StandardInput;
        await using Stream stream = standard ? context.Terminal.OpenInput() : Open(input);
        var options = new JsonLinesOptions { SkipBad = context.Value(SkipBad) };
        JsonLinesInputs lines = await JsonLinesReader.ReadAsync(
            stream, standard ? "standard input" : input, options, cancellationToken);
        foreach (string skipped in lines.Skipped)
        {
            context.Terminal.Error.WriteLine($"skipped {context.Terminal.ErrorInk.Safe(skipped)}");
        }

        return lines.Inputs;
    }

    private static async Task<JsonObject> ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        if (Path.GetExtension(file) is ".jsonl" or ".ndjson")
        {
            throw new UsageException($"{file} holds inputs, not a specification: use --input {file}.");
        }

        await using FileStream stream = Open(file);
        if (stream.Length > JobSpecificationReader.MaxLength)
        {
            throw new UsageException($"{file} may have {JobSpecificationReader.MaxLength} bytes, has {stream.Length}.");
        }

        using var reader = new StreamReader(stream);
        string text = await reader.ReadToEndAsync(cancellationToken);
        using JsonDocument document = text.TrimStart().StartsWith('{') ? ParseJson(text, file) : YamlText.ToJson(text);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? JsonObject.Create(document.RootElement.Clone())!
            : throw new UsageException($"{file} must hold an object with fields such as model and inputs.");
    }

    private static JsonDocument ParseJson(string text, string file)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException broken)
        {
            throw new UsageException($"{file} is not JSON: {JsonProblem.Describe(broken)}.");
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                problem is FileNotFoundException or DirectoryNotFoundException
                    ? $"There is no file {path}."
                    : $"{path} can't be read: {problem.Message}");
        }
    }
}
