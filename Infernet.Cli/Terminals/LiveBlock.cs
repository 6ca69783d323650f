namespace Infernet.Cli.Terminals;

/// <summary>
/// A few lines at the bottom of a terminal that are drawn again and again, while other lines pass above them. Elsewhere
/// than on a terminal it draws nothing. Not thread-safe: its owner draws.
/// </summary>
internal sealed class LiveBlock(TextWriter output, Ink ink, Func<int?> width)
{
    private const int UnknownWidth = 80;
    private int _drawn;

    public bool IsShown => ink.IsTerminal;

    /// <summary>Columns that a line may use.</summary>
    public int Width => Math.Max(20, (width() ?? UnknownWidth) - 1);

    /// <summary>Replaces the lines. None may be wider than <see cref="Width"/>, colours not counted.</summary>
    public void Draw(IReadOnlyList<string> lines)
    {
        if (!IsShown)
        {
            return;
        }

        output.Write($"{Erasure()}{string.Concat(lines.Select(line => line + "\n"))}");
        output.Flush();
        _drawn = lines.Count;
    }

    /// <summary>Takes the lines away; whatever is written next stands where they were.</summary>
    public void Clear()
    {
        if (_drawn > 0)
        {
            output.Write(Erasure());
            output.Flush();
            _drawn = 0;
        }
    }

    // Up to the block's first line, then erase to the end of the screen.
    private string Erasure() => _drawn == 0 ? "" : $"\e[{_drawn}F\e[J";
}
