using System.Globalization;

namespace Infernet.Core.Jobs;

/// <summary>Durations as people write them: <c>90</c> or <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>.</summary>
public static class Durations
{
    /// <summary>Parses a duration; a bare number counts seconds.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        ArgumentNullException.ThrowIfNull(text);
        (string digits, double seconds) = text.Length > 0 ? text[^1] switch
        {
            's' => (text[..^1], 1d),
            'm' => (text[..^1], 60d),
            'h' => (text[..^1], 3_600d),
            'd' => (text[..^1], 86_400d),
            _ => (text, 1d),
        } : ("", 0d);
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            || !(number * seconds <= TimeSpan.FromDays(10_000).TotalSeconds))
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(number * seconds);
        return true;
    }
}
