using System.CommandLine;
using System.CommandLine.Help;
using Infernet.Cli.Commands;

namespace Infernet.Cli.Tests.Commands;

[TestFixture]
public sealed class CommandLineTests
{
    private static IEnumerable<string[]> Commands() => Paths(CommandLine.Create(), []);

    [TestCaseSource(nameof(Commands))]
    public void Help_EachCommand_SaysWhatItDoesWithExamples(string[] path)
    {
        var output = new StringWriter();
        int exitCode = CommandLine.Create().Parse([.. path, "--help"]).Invoke(new InvocationConfiguration { Output = output });
        Assert.That(exitCode, Is.Zero);
        Assert.That(output.ToString(), Does.Contain("Usage:").And.Contain("Options:"));
        bool isGroup = output.ToString().Contains("Commands:", StringComparison.Ordinal);
        Assert.That(isGroup || output.ToString().Contains("Examples:\n  ", StringComparison.Ordinal), Is.True);
    }

    [TestCaseSource(nameof(Commands))]
    public void Descriptions_EachSymbol_EndInAFullStop(string[] path)
    {
        Command command = CommandLine.Create().Parse(path).CommandResult.Command;
        IEnumerable<Symbol> symbols =
        [
            command,
            .. command.Options.Where(o => o is not HelpOption && o is not VersionOption && !o.Hidden),
            .. command.Arguments,
        ];
        Assert.That(symbols.Select(s => s.Description), Is.All.Not.Null.And.All.Matches<string>(d => d![^1] is '.' or '…'));
    }

    // What the examples show must at least parse.
    [TestCaseSource(nameof(Commands))]
    public void Examples_EachOne_Parses(string[] path)
    {
        if (CommandLine.Create().Parse(path).CommandResult.Command is not CliCommand command)
        {
            return;
        }

        foreach (string example in command.Examples)
        {
            string line = example.Split(" | ").Single(part => part.StartsWith("infernet ", StringComparison.Ordinal));
            line = line.Split(" > ")[0].Split("   (")[0];
            ParseResult parsed = CommandLine.Create().Parse(line["infernet ".Length..]);
            Assert.That(parsed.Errors.Select(e => e.Message), Is.Empty, example);
        }
    }

    [TestCase("")]
    [TestCase("--help")]
    public async Task Run_NothingOrHelp_ShowsTheCommands(string argument)
    {
        using var infernet = new InfernetProcess();
        InfernetProcess.Outcome outcome = await infernet.RunAsync(argument.Length == 0 ? [] : [argument]);
        Assert.That(outcome.ExitCode, Is.Zero);
        Assert.That(outcome.Output, Does.Contain("doctor"));
    }

    [Test]
    public async Task Run_Version_PrintsItAlone()
    {
        using var infernet = new InfernetProcess();
        InfernetProcess.Outcome outcome = await infernet.RunAsync(["--version"]);
        Assert.That(outcome, Is.EqualTo(new InfernetProcess.Outcome(0, $"infernet {Program.Version}\n", "")));
    }

    [TestCase("job sbmit", "sbmit", "infernet job --help")]
    [TestCase("frobnicate", "frobnicate", "infernet --help")]
    [TestCase("job", "Required command", "infernet job --help")]
    [TestCase("job show", "ID", "infernet job show --help")]
    [TestCase("job submit --seed x", "--seed must be a whole number or none, is 'x'", "infernet job submit --help")]
    [TestCase("job submit --temperature NaN", "--temperature must be a number", "infernet job submit --help")]
    [TestCase("job submit --no-such-flag", "--no-such-flag", "infernet job submit --help")]
    [TestCase("node start --slots 1 --slots 2", "--slots", "infernet node start --help")]
    public async Task Run_LineThatCannotBeParsed_SaysWhyAndExitsWith2(string line, string reason, string advice)
    {
        using var infernet = new InfernetProcess();
        InfernetProcess.Outcome outcome = await infernet.RunAsync(line.Split(' '));
        Assert.Multiple(() =>
        {
            Assert.That(outcome.ExitCode, Is.EqualTo(2));
            Assert.That(outcome.Output, Is.Empty);
            Assert.That(outcome.Error, Does.StartWith("infernet: ").And.Contain(reason).And.Contain(advice));
        });
    }

    private static IEnumerable<string[]> Paths(Command command, string[] path)
    {
        yield return path;
        foreach (string[] below in command.Subcommands.SelectMany(c => Paths(c, [.. path, c.Name])))
        {
            yield return below;
        }
    }
}
