namespace Infernet.Interop.Tests.Peers;

/// <summary>A command failed inside the JS peer; <see cref="Name"/> is the JS error's name.</summary>
internal sealed class JsPeerException(string name, string message) : Exception($"{name}: {message}")
{
    public string Name { get; } = name;
}
