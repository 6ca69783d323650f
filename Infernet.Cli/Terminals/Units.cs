using System.Globalization;

namespace Infernet.Cli.Terminals;

/// <summary>Amounts as people read them. The same everywhere, whatever the locale.</summary>
internal static class Units
{
    private static readonly string[] Sizes = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>For example <c>5.9 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        double amount = bytes;
        int unit = 0;
        for (; amount >= 1024 && unit < Sizes.Length - 1; unit++)
        {
            amount /= 1024;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {Sizes[unit]}");
    }

    /// <summary>For example <c>12,345</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>For example <c>0.8 s</c>, <c>4 min 10 s</c>, <c>3 h 12 min</c>, <c>5 d 2 h</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 0 } => "0 s",
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalSeconds: < 60 } => $"{(int)time.TotalSeconds} s",
        { TotalMinutes: < 60 } => $"{time.Minutes} min {time.Seconds} s",
        { TotalHours: < 24 } => $"{time.Hours} h {time.Minutes} min",
        _ => $"{time.Days} d {time.Hours} h",
    };

    /// <summary>A peer id cut to what tells it from others: its last characters, since the first ones are all alike.</summary>
    public static string ShortPeer(string peerId) => peerId.Length <= 16 ? peerId : $"{peerId[..4]}…{peerId[^8..]}";

    /// <summary>A job id cut to what commands accept.</summary>
    public static string ShortJob(string id) => id.Length <= 12 ? id : id[..12];

    /// <summary>An address cut to what commands accept.</summary>
    public static string ShortAddress(string address) => address.Length <= 8 ? address : address[..8];

    /// <summary>A CID cut in its middle.</summary>
    public static string ShortCid(string cid) => cid.Length <= 20 ? cid : $"{cid[..7]}…{cid[^8..]}";

    /// <summary>Whole per cent, rounded down, so that 100 means all.</summary>
    public static int Percent(long done, long total) => total <= 0 ? 0 : (int)(done * 100 / total);

    /// <summary>A bar of the given width.</summary>
    public static string Bar(long done, long total, int width)
    {
        int filled = total <= 0 ? 0 : (int)Math.Clamp(done * width / total, 0, width);
        return new string('█', filled) + new string('░', width - filled);
    }
}
