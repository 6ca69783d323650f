using System.Globalization;
using System.Text.Json;

namespace Infernet.Core.Jobs;

/// <summary>
/// Reads the fields of one JSON object by name, type and range; collects what is wrong instead of stopping at it, and
/// reports fields that nobody asked for.
/// </summary>
internal sealed class SpecificationFields
{
    private readonly Dictionary<string, JsonElement> _fields = [];
    private readonly List<string> _known = [];
    private readonly List<SpecificationError> _errors;
    private readonly string _path;

    public SpecificationFields(JsonElement element, string path, List<SpecificationError> errors)
    {
        _path = path;
        _errors = errors;
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new SpecificationError(path, $"must be an object, is {Name(element)}"));
            return;
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!_fields.TryAdd(property.Name, property.Value))
            {
                Fail(property.Name, "is given twice");
            }
        }
    }

    public void Fail(string field, string message) => _errors.Add(new SpecificationError(At(field), message));

    /// <summary>Reports every field that was in the object but never read. Call last.</summary>
    public void RefuseUnknown()
    {
        foreach (string field in _fields.Keys.Except(_known))
        {
            Fail(field, $"is not known here; known are {string.Join(", ", _known)}");
        }
    }

    public bool TryGet(string field, out JsonElement value)
    {
        if (!_known.Contains(field))
        {
            _known.Add(field);
        }

        return _fields.TryGetValue(field, out value) && value.ValueKind != JsonValueKind.Null;
    }

    public string? Text(string field, int maxLength = 1024)
    {
        if (!TryGet(field, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Fail(field, $"must be a text, is {Name(value)}");
            return null;
        }

        string text = value.GetString()!;
        if (text.Length > maxLength)
        {
            Fail(field, $"may have {maxLength} characters, has {text.Length}");
            return null;
        }

        return text;
    }

    /// <summary>True or false; false if it is not there.</summary>
    public bool Switch(string field)
    {
        if (TryGet(field, out JsonElement value) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Fail(field, $"must be true or false, is {Shown(value)}");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    public double Number(string field, double fallback, double min, double max)
    {
        if (!TryGet(field, out JsonElement value))
        {
            return fallback;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
            && number >= min && number <= max)
        {
            return number;
        }

        Fail(field, string.Create(
            CultureInfo.InvariantCulture, $"must be a number from {min} to {max}, is {Shown(value)}"));
        return fallback;
    }

    public long? Integer(string field, long min, long max)
    {
        if (!TryGet(field, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            && number >= min && number <= max)
        {
            return number;
        }

        Fail(field, $"must be a whole number from {min} to {max}, is {Shown(value)}");
        return null;
    }

    public ulong? Unsigned(string field, string orElse = "")
    {
        if (!TryGet(field, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong number))
        {
            return number;
        }

        string other = orElse.Length > 0 ? $" {orElse}" : "";
        Fail(field, $"must be a whole number from 0 to {ulong.MaxValue}{other}, is {Shown(value)}");
        return null;
    }

    public IReadOnlyList<string> Texts(string field, int maxCount, int maxLength)
    {
        if (!TryGet(field, out JsonElement value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array
            || value.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.String))
        {
            Fail(field, $"must be a list of texts, is {Shown(value)}");
            return [];
        }

        string[] texts = [.. value.EnumerateArray().Select(e => e.GetString()!)];
        if (texts.Length > maxCount || texts.Any(t => t.Length == 0 || t.Length > maxLength))
        {
            Fail(field, $"may hold {maxCount} texts of 1 to {maxLength} characters each");
            return [];
        }

        return texts;
    }

    public SpecificationFields? Object(string field) =>
        TryGet(field, out JsonElement value) ? new SpecificationFields(value, At(field), _errors) : null;

    public string At(string field) => _path.Length == 0 ? field : $"{_path}.{field}";

    public static string Name(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "nothing",
    };

    private static string Shown(JsonElement value)
    {
        string raw = value.GetRawText();
        return raw.Length <= 40 ? raw : Name(value);
    }
}
