using System.Globalization;
using Infernet.Cli.Terminals;

namespace Infernet.Cli.Payments;

/// <summary>Names and values below each other, as views of one thing show them.</summary>
internal static class Fields
{
    private const int Width = 11;

    public static void Write(Terminal terminal, params (string Name, string? Value)[] fields)
    {
        foreach ((string name, string? value) in fields.Where(f => f.Value is not null))
        {
            terminal.Out.WriteLine($"{terminal.OutInk.Dim(name.PadRight(Width))} {value}");
        }
    }

    /// <summary>A point in time, to the second, in UTC.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An address cut in its middle.</summary>
    public static string Short(string address) => address.Length <= 16 ? address : $"{address[..4]}…{address[^4..]}";
}
