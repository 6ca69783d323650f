using Infernet.Solana.Tests.Node;

namespace Infernet.Solana.Tests.Mutants;

/// <summary>
/// The file that names for each check of the program the test that fails without it, or why there can be none.
/// </summary>
internal sealed class Witnesses
{
    /// <summary>Begins the reason where nothing can be observed.</summary>
    public const string Unobservable = "none: ";

    private static readonly string File = Path.Combine(NodeScripts.Root, "programs", "settlement", "checks.tsv");

    private readonly Dictionary<string, string> _tests;

    private Witnesses(Dictionary<string, string> tests) => _tests = tests;

    public string? this[Check check]
    {
        get => _tests.GetValueOrDefault(check.Name);
        set
        {
            _tests.Remove(check.Name);
            if (value is not null)
            {
                _tests[check.Name] = value;
            }
        }
    }

    public IEnumerable<string> CheckNames => _tests.Keys;

    public static Witnesses Read() => new(System.IO.File.Exists(File)
        ? System.IO.File.ReadLines(File).Select(l => l.Split('\t')).ToDictionary(l => l[0], l => l[1])
        : []);

    public void Write(IEnumerable<Check> checks) => System.IO.File.WriteAllLines(
        File, checks.Where(c => _tests.ContainsKey(c.Name)).Select(c => $"{c.Name}\t{_tests[c.Name]}"));
}
