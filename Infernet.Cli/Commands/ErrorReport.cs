using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Commands;

/// <summary>Says an error on standard error: a sentence and its details, or with --json one line of JSON.</summary>
internal static class ErrorReport
{
    public static void Write(Terminal terminal, ApiError error, bool json)
    {
        if (json)
        {
            terminal.Error.WriteLine(JsonLine.Of(error, ApiJson.Default.ApiError));
            return;
        }

        terminal.Error.WriteLine($"{terminal.ErrorInk.Red("infernet:")} {terminal.ErrorInk.Safe(error.Message)}");
        foreach (string detail in error.Details)
        {
            terminal.Error.WriteLine($"  {terminal.ErrorInk.Safe(detail)}");
        }
    }
}
