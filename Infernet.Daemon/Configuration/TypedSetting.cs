namespace Infernet.Daemon.Configuration;

/// <summary>A setting whose value is a <typeparamref name="T"/>.</summary>
public sealed class TypedSetting<T> : Setting
{
    /// <summary>Turns texts into the value; throws <see cref="FormatException"/> that says what would be right.</summary>
    public required Func<IReadOnlyList<string>, T> Reader { get; init; }

    public override object? Read(IReadOnlyList<string> texts) => Reader(texts);
}
