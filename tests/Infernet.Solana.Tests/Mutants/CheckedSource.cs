using System.Text;
using System.Text.RegularExpressions;

namespace Infernet.Solana.Tests.Mutants;

/// <summary>
/// The program's sources with each check rewritten so that the one whose number stands in LEFT_OUT always holds. A check
/// is each part of an "and" within REQUIRE, or within what a predicate returns, and each part of an "or" that makes one
/// return nothing.
/// </summary>
internal sealed partial class CheckedSource
{
    /// <summary>What stands in LEFT_OUT until somebody writes a number over it.</summary>
    public const ulong Nothing = 0x5a1d2e7c90b3f846;

    private readonly List<Check> _checks = [];
    private readonly Dictionary<string, int> _seen = [];

    public IReadOnlyList<Check> Checks => _checks;

    /// <summary>What must stand before everything else.</summary>
    public static string Preamble => $"static const volatile unsigned long long LEFT_OUT = 0x{Nothing:x}ull;\n";

    public string Rewrite(string source)
    {
        var output = new StringBuilder();
        string function = "";
        int depth = 0;
        foreach (string line in Statements(source))
        {
            function = depth == 0 && Function().Match(line) is { Success: true } named ? named.Groups[1].Value : function;
            depth += line.Count(c => c == '{') - line.Count(c => c == '}');
            output.Append(line.StartsWith('#') || line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                ? line : RewriteLine(function, line)).Append('\n');
        }

        return output.ToString();
    }

    private string RewriteLine(string function, string line)
    {
        int require = line.IndexOf("REQUIRE(", StringComparison.Ordinal);
        if (require >= 0)
        {
            int open = require + "REQUIRE".Length, close = Closing(line, open);
            int comma = line.LastIndexOf(", ERR_", close, StringComparison.Ordinal);
            string condition = Join(function, line[(open + 1)..comma], "&&", (n, part) => $"(LEFT_OUT == {n} || ({part}))");
            return line[..(open + 1)] + condition + line[comma..];
        }

        if (Returned().Match(line) is { Success: true } returned && returned.Groups[2].Value.Contains("&&", StringComparison.Ordinal))
        {
            return returned.Groups[1].Value + Join(
                function, returned.Groups[2].Value, "&&", (n, part) => $"(LEFT_OUT == {n} || ({part}))") + ";";
        }

        return Nothings().Match(line) is { Success: true } nothing && nothing.Groups[2].Value.Contains("||", StringComparison.Ordinal)
            ? nothing.Groups[1].Value + Join(
                function, nothing.Groups[2].Value, "||", (n, part) => $"(LEFT_OUT != {n} && ({part}))") + ") return 0;"
            : line;
    }

    private string Join(string function, string condition, string by, Func<int, string, string> rewrite) =>
        string.Join($" {by} ", Parts(condition, by).Select(part =>
        {
            string name = $"{function}: {Spaces().Replace(part, " ").Trim()}";
            int seen = _seen[name] = _seen.GetValueOrDefault(name) + 1;
            _checks.Add(new Check(_checks.Count, seen == 1 ? name : $"{name} ({seen})"));
            return rewrite(_checks.Count - 1, part);
        }));

    // "a && (b || c)" has two parts; "a && b || c" is left in one.
    private static List<string> Parts(string condition, string by)
    {
        var parts = new List<string>();
        int depth = 0, begin = 0;
        for (int i = 0; i < condition.Length; i++)
        {
            depth += condition[i] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            if (depth == 0 && string.CompareOrdinal(condition, i, by == "&&" ? "||" : "&&", 0, 2) == 0)
            {
                return [condition];
            }

            if (depth == 0 && string.CompareOrdinal(condition, i, by, 0, 2) == 0)
            {
                parts.Add(condition[begin..i].Trim());
                begin = i + 2;
            }
        }

        parts.Add(condition[begin..].Trim());
        return parts;
    }

    // A statement that goes on in the next line is put into one.
    private static IEnumerable<string> Statements(string source)
    {
        string held = "";
        foreach (string line in source.Split('\n'))
        {
            held = held.Length == 0 ? line : $"{held} {line.Trim()}";
            bool check = held.Contains("REQUIRE(", StringComparison.Ordinal) || held.TrimStart().StartsWith("return ", StringComparison.Ordinal);
            if (!check || held.StartsWith('#') || held.TrimEnd().EndsWith(';') || held.TrimStart().StartsWith("//", StringComparison.Ordinal))
            {
                yield return held;
                held = "";
            }
        }
    }

    private static int Closing(string line, int open)
    {
        int depth = 0;
        for (int i = open; i < line.Length; i++)
        {
            depth += line[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        throw new FormatException($"A bracket is not closed: {line}");
    }

    [GeneratedRegex(@"^(?:INLINE|NOINLINE|u64|int)\b[^(]*?(\w+)\(")]
    private static partial Regex Function();

    [GeneratedRegex(@"^(\s*return )([^;]*);$")]
    private static partial Regex Returned();

    [GeneratedRegex(@"^(\s*if \()(.*)\) return 0;$")]
    private static partial Regex Nothings();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
