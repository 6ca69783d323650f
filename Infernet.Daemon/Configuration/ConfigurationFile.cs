using System.Text;
using System.Text.Json;

namespace Infernet.Daemon.Configuration;

/// <summary>
/// A home's config.yaml: read whole and strictly, changed one key at a time. A change keeps comments and order, and
/// replaces the file by a rename, so that a crash leaves the old one or the new one.
/// </summary>
public sealed class ConfigurationFile
{
    private const int MaxLength = 1 << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _path;
    private readonly string _text;

    private ConfigurationFile(string path, string text)
    {
        _path = path;
        _text = text;
        Entries = ConfigurationText.Parse(text, path);
    }

    internal IReadOnlyList<ConfigurationEntry> Entries { get; }

    /// <summary>Reads the file; one that is not there reads as empty.</summary>
    /// <exception cref="ConfigurationException">It can't be read, or is no YAML of this form.</exception>
    public static ConfigurationFile Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                return new ConfigurationFile(path, "");
            }

            return file.Length <= MaxLength
                ? new ConfigurationFile(path, File.ReadAllText(path))
                : throw new ConfigurationException(path, $"may have {MaxLength} bytes, has {file.Length}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(path, $"can't be read: {problem.Message}");
        }
    }

    /// <summary>Gives a key a value (null takes the key out) and writes the file.</summary>
    /// <exception cref="FormatException">The value is not right for the setting; says what would be.</exception>
    /// <exception cref="ConfigurationException">The file can't be written.</exception>
    public void Set(Setting setting, IReadOnlyList<string>? values)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (values is not null)
        {
            setting.Read(values);
        }

        string text = Edit(setting.Key, values);
        RequireOnlyThatChanged(setting.Key, values, text);
        Write(text);
    }

    private string Edit(string key, IReadOnlyList<string>? values)
    {
        if (Entries.FirstOrDefault(e => e.Key == key) is not { } entry)
        {
            string gap = _text.Length == 0 || _text.EndsWith('\n') ? "" : "\n";
            return values is null ? _text : $"{_text}{gap}{Render(key, values)}\n";
        }

        if (values is not null)
        {
            return string.Concat(_text.AsSpan(0, entry.Start), Render(key, values), _text.AsSpan(entry.End));
        }

        int lineEnd = _text.IndexOf('\n', entry.End);
        return string.Concat(_text.AsSpan(0, entry.Start), lineEnd < 0 ? "" : _text.AsSpan(lineEnd + 1));
    }

    // YAML has forms (block texts, keys in flow mappings) in which cutting out a span is not enough.
    private void RequireOnlyThatChanged(string key, IReadOnlyList<string>? values, string text)
    {
        bool same;
        try
        {
            Dictionary<string, string> now = Flatten(ConfigurationText.Parse(text, _path));
            Dictionary<string, string> wanted = Flatten(Entries);
            wanted.Remove(key);
            if (values is not null)
            {
                wanted[key] = string.Join('\0', values);
            }

            same = now.Count == wanted.Count && now.All(e => wanted.GetValueOrDefault(e.Key) == e.Value);
        }
        catch (ConfigurationException)
        {
            same = false;
        }

        if (!same)
        {
            throw new ConfigurationException(_path, $"is written in a form that can't be edited safely; change {key} by hand");
        }
    }

    private static Dictionary<string, string> Flatten(IReadOnlyList<ConfigurationEntry> entries) =>
        entries.ToDictionary(e => e.Key, e => string.Join('\0', e.Values));

    private void Write(string text)
    {
        string temporary = $"{_path}.new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, _path, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(_path, $"can't be written: {problem.Message}");
        }
    }

    private static string Render(string key, IReadOnlyList<string> values) => values.Count switch
    {
        0 => $"{key}: []",
        1 => $"{key}: {Quoted(values[0])}",
        _ => $"{key}:\n{string.Join('\n', values.Select(v => $"  - {Quoted(v)}"))}",
    };

    // A JSON text is a double-quoted YAML text.
    private static string Quoted(string value) =>
        value.Length > 0 && char.IsAsciiLetterOrDigit(value[0]) | value[0] == '/'
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':')
        && !value.EndsWith(':')
            ? value
            : $"\"{JsonEncodedText.Encode(value)}\"";
}
