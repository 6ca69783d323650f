namespace Infernet.Daemon.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Where">For example <c>~/.infernet/config.yaml line 3</c> or <c>INFERNET_SLOTS</c>.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
public sealed record ConfigurationProblem(string Where, string Message)
{
    public override string ToString() => $"{Where}: {Message}";
}
