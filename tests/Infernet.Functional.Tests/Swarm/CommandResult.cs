using System.Text.Json;

namespace Infernet.Functional.Tests.Swarm;

/// <summary>What a finished command printed, and how it ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public JsonElement[] JsonLines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement)];

    public CommandResult Succeeded()
    {
        Assert.That(ExitCode, Is.Zero, $"stdout: {Output}\nstderr: {Error}");
        return this;
    }
}
