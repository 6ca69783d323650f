using Infernet.Solana.Tests.Chain;

namespace Infernet.Solana.Tests.Mutants;

/// <summary>
/// Leaves out the program's checks one at a time: the test that programs/settlement/checks.tsv names for a check must
/// fail without it. With INFERNET_MUTANTS=find the file is written anew, see programs/settlement/mutants.sh.
/// </summary>
public class MutantTests
{
    private readonly Dictionary<string, ProgramTest> _tests =
        ProgramTest.FindAll().GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.First());

    private MutantBuild _build = null!;
    private Ledger _ledger = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _build = await MutantBuild.MakeAsync();
        _ledger = await Ledger.StartAsync("--manual-clock");
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _ledger.DisposeAsync();

    [Test]
    public async Task Program_AnyCheckLeftOut_FailsTheTestThatIsNamedForIt()
    {
        var witnesses = Witnesses.Read();
        if (Environment.GetEnvironmentVariable("INFERNET_MUTANTS") == "find")
        {
            await FindAllAsync(witnesses);
        }

        HashSet<string> sound = await SoundAsync(_build.Checks.Select(c => witnesses[c]).OfType<string>().Distinct());
        var wrong = new List<string>();
        foreach (Check check in _build.Checks)
        {
            if (witnesses[check] is not { } named)
            {
                wrong.Add($"{check.Name}: no test notices that it is gone");
            }
            else if (!named.StartsWith(Witnesses.Unobservable, StringComparison.Ordinal)
                && !(sound.Contains(named) && await IsNoticedAsync(check, named)))
            {
                wrong.Add($"{check.Name}: {named} does not notice that it is gone");
            }
        }

        wrong.AddRange(witnesses.CheckNames.Except(_build.Checks.Select(c => c.Name)).Select(c => $"{c}: there is no such check"));
        Assert.That(string.Join('\n', wrong), Is.Empty, "run programs/settlement/mutants.sh, and write the tests that it misses");
    }

    // A test that fails with all checks in place proves nothing: one of compute units does, for instance.
    private async Task<HashSet<string>> SoundAsync(IEnumerable<string> names)
    {
        _ledger.ShareWith(_build.Whole);
        var sound = new HashSet<string>();
        foreach (IGrouping<string, ProgramTest> fixture in names.Where(_tests.ContainsKey).Select(n => _tests[n]).GroupBy(t => t.Fixture))
        {
            List<ProgramTest> tests = [.. fixture];
            while (tests.Count > 0 && await ProgramTest.FirstFailureAsync(tests) is { } failed)
            {
                tests.Remove(failed);
            }

            sound.UnionWith(tests.Select(t => t.Name));
        }

        return sound;
    }

    private async Task<bool> IsNoticedAsync(Check check, string test)
    {
        _ledger.ShareWith(_build.Without(check));
        return await ProgramTest.FirstFailureAsync([_tests[test]]) is not null;
    }

    private async Task FindAllAsync(Witnesses witnesses)
    {
        HashSet<string> sound = await SoundAsync(_tests.Keys);
        ProgramTest[][] fixtures =
            [.. _tests.Values.Where(t => sound.Contains(t.Name)).GroupBy(t => t.Fixture).Select(g => g.ToArray())];
        foreach (Check check in _build.Checks)
        {
            string? known = witnesses[check];
            if (known is null || (sound.Contains(known) ? !await IsNoticedAsync(check, known) : !known.StartsWith(Witnesses.Unobservable, StringComparison.Ordinal)))
            {
                known = await FindAsync(check, fixtures);
                witnesses[check] = known;
                await TestContext.Progress.WriteLineAsync($"{check.Name}: {known ?? "no test notices that it is gone"}");
            }
        }

        witnesses.Write(_build.Checks);
    }

    private async Task<string?> FindAsync(Check check, ProgramTest[][] fixtures)
    {
        foreach (ProgramTest[] tests in fixtures)
        {
            _ledger.ShareWith(_build.Without(check));
            if (await ProgramTest.FirstFailureAsync(tests) is { } failed)
            {
                return failed.Name;
            }
        }

        return null;
    }
}
