using System.CommandLine;
using Infernet.Cli.Commands;

namespace Infernet.Cli.Payments;

/// <summary>Nothing is spent before somebody saw the amount and said yes: at the keyboard, or beforehand by --yes.</summary>
internal static class Confirmation
{
    public static Option<bool> Yes { get; } = new("--yes", "-y")
    {
        Description = "Go on without asking; needed in scripts.",
    };

    /// <summary>Says what it takes, and asks; false if the answer is no.</summary>
    /// <exception cref="UsageException">Nobody is there to ask.</exception>
    public static bool Ask(CommandContext context, string what)
    {
        context.Terminal.Error.WriteLine(context.Terminal.ErrorInk.Safe(what));
        if (context.Value(Yes))
        {
            return true;
        }

        if (!context.Terminal.InputIsTerminal)
        {
            throw new UsageException("Nothing was spent: there is no terminal to ask at. Add --yes to go on without asking.");
        }

        context.Terminal.Error.Write("Go on? [y/N] ");
        using var input = new StreamReader(context.Terminal.OpenInput());
        if (input.ReadLine()?.Trim() is "y" or "Y" or "yes")
        {
            return true;
        }

        context.Terminal.Error.WriteLine("Nothing was spent.");
        return false;
    }
}
