using System.Text.Json;

namespace Infernet.Core.Jobs;

/// <summary>
/// Reads one input: a bare text, or an object with <c>prompt</c> (or <c>text</c>) or <c>messages</c>, and perhaps an
/// <c>id</c>. The same form stands in a specification's list and on each line of a JSONL file.
/// </summary>
public static class JobInputReader
{
    private const int MaxMessages = 1_000;
    private static readonly string[] Roles = ["system", "user", "assistant"];

    /// <summary>Reads one line of a JSONL file.</summary>
    /// <exception cref="SpecificationException">The line is no JSON or no input; says why.</exception>
    public static JobInput ReadLine(ReadOnlyMemory<byte> line)
    {
        var errors = new List<SpecificationError>();
        JobInput? input = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            input = Read(document.RootElement, "", errors);
        }
        catch (JsonException broken)
        {
            errors.Add(new SpecificationError("", $"is not JSON: {JsonProblem.Describe(broken)}"));
        }
        catch (InvalidOperationException)
        {
            errors.Add(JsonProblem.NotUnicode);
        }

        return errors.Count == 0 ? input! : throw new SpecificationException(errors);
    }

    internal static JobInput? Read(JsonElement element, string path, List<SpecificationError> errors)
    {
        if (element.ValueKind == JsonValueKind.String)
        {
            return Checked(new JobInput { Prompt = element.GetString() }, path, errors);
        }

        int before = errors.Count;
        var fields = new SpecificationFields(element, path, errors);
        string? id = fields.Text("id", 256);
        string? prompt = fields.Text("prompt", JobSpecification.MaxInputLength);
        string? text = fields.Text("text", JobSpecification.MaxInputLength);
        IReadOnlyList<ChatTurn>? messages = Messages(fields, errors);
        fields.RefuseUnknown();
        int given = (prompt is null ? 0 : 1) + (text is null ? 0 : 1) + (messages is null ? 0 : 1);
        if (errors.Count == before && given != 1)
        {
            errors.Add(new SpecificationError(path, "must have exactly one of prompt, text and messages"));
        }

        return errors.Count > before
            ? null
            : Checked(new JobInput { Id = id, Prompt = prompt ?? text, Messages = messages }, path, errors);
    }

    private static IReadOnlyList<ChatTurn>? Messages(SpecificationFields fields, List<SpecificationError> errors)
    {
        if (!fields.TryGet("messages", out JsonElement list))
        {
            return null;
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxMessages)
        {
            fields.Fail("messages", $"must be a list of 1 to {MaxMessages} objects with role and content");
            return null;
        }

        var turns = new List<ChatTurn>();
        int at = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            var turn = new SpecificationFields(element, $"{fields.At("messages")}[{at++}]", errors);
            string? role = turn.Text("role");
            string? content = turn.Text("content", JobSpecification.MaxInputLength);
            turn.RefuseUnknown();
            if (role is null || !Roles.Contains(role))
            {
                turn.Fail("role", $"must be one of {string.Join(", ", Roles)}");
            }

            if (content is null)
            {
                turn.Fail("content", "must be a text");
            }

            turns.Add(new ChatTurn(role ?? "", content ?? ""));
        }

        return turns;
    }

    private static JobInput? Checked(JobInput input, string path, List<SpecificationError> errors)
    {
        int length = input.Prompt?.Length ?? input.Messages!.Sum(m => m.Content.Length);
        if (length is 0 or > JobSpecification.MaxInputLength)
        {
            errors.Add(new SpecificationError(
                path, $"must have 1 to {JobSpecification.MaxInputLength} characters, has {length}"));
            return null;
        }

        return input;
    }
}
