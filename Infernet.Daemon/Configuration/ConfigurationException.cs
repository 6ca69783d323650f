namespace Infernet.Daemon.Configuration;

/// <summary>The configuration can't be used; carries everything that is wrong with it, not just the first thing.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public ConfigurationException(string where, string message)
        : this([new ConfigurationProblem(where, message)])
    {
    }

    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
