namespace Infernet.Daemon.Configuration;

/// <summary>
/// One thing that a node's owner can choose: its key in config.yaml, from which its environment variable and its flag
/// follow, what it is for, and how its text is read. The whole list is <see cref="Settings.All"/>.
/// </summary>
public abstract class Setting
{
    /// <summary>As in config.yaml, in snake_case.</summary>
    public required string Key { get; init; }

    /// <summary>One sentence for help texts.</summary>
    public required string Description { get; init; }

    /// <summary>What stands for the value in help texts, such as <c>ADDR</c>.</summary>
    public required string ValueName { get; init; }

    /// <summary>The value, as text, when nobody chose one; shown to people.</summary>
    public required IReadOnlyList<string> Default { get; init; }

    /// <summary>Whether several values may be given: a YAML list, a repeated flag, commas in the variable.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether it is true or false, so that its flag needs no value.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Whether its value must not be shown, nor be given where other users' <c>ps</c> could see it.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The only values allowed; empty if there are too many to list.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>For example <c>INFERNET_CONTEXT_LENGTH</c>.</summary>
    public string EnvironmentVariable => $"INFERNET_{Key.ToUpperInvariant()}";

    /// <summary>For example <c>--context-length</c>; null for a secret.</summary>
    public string? Flag => IsSecret ? null : $"--{Key.Replace('_', '-')}";

    /// <summary>Reads the value from its text.</summary>
    /// <exception cref="FormatException">Says what would be right.</exception>
    public abstract object? Read(IReadOnlyList<string> texts);
}
