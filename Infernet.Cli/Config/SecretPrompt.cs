using Infernet.Cli.Commands;
using Infernet.Cli.Terminals;

namespace Infernet.Cli.Config;

/// <summary>Asks for a secret, so that it stands neither in the shell's history nor in the list of processes.</summary>
internal static class SecretPrompt
{
    private const int MaxLength = 4096;

    /// <summary>Reads keys without echo on a terminal, or one line of a pipe.</summary>
    public static string Read(Terminal terminal, string name)
    {
        string? secret = terminal.InputIsTerminal ? ReadKeys(terminal, name) : ReadLine(terminal);
        return secret is { Length: > 0 and <= MaxLength }
            ? secret
            : throw new UsageException($"{name} must have 1 to {MaxLength} characters.");
    }

    private static string? ReadLine(Terminal terminal)
    {
        using var input = new StreamReader(terminal.OpenInput());
        return input.ReadLine();
    }

    private static string ReadKeys(Terminal terminal, string name)
    {
        terminal.Error.Write($"{name}: ");
        string secret = "";
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            secret = key.Key == ConsoleKey.Backspace ? secret[..Math.Max(0, secret.Length - 1)] : secret + key.KeyChar;
        }

        terminal.Error.WriteLine();
        return secret;
    }
}
