using Infernet.Core.Audits;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Tests.Journal;

[TestFixture]
public sealed class JudgedItemBytesTests
{
    [Test]
    public void Items_ThatAreWritten_AreReadAgain()
    {
        JudgedItem[] items =
        [
            new(UInt128.MaxValue, IsVoid: false, IsWrong: true, [1.5, -2, 1e300, 0]), new(0, true, false, []),
            new(7, false, false, [-0.25]),
        ];

        Assert.That(
            JudgedItemBytes.Read(JudgedItemBytes.Write(items)).Select(Words), Is.EqualTo(items.Select(Words)));
    }

    [Test]
    public void NoItems_AreNoBytes() => Assert.Multiple(() =>
    {
        Assert.That(JudgedItemBytes.Write([]), Is.Empty);
        Assert.That(JudgedItemBytes.Read([]), Is.Empty);
    });

    [Test]
    public void BytesThatEndEarly_AreRefused()
    {
        byte[] whole = JudgedItemBytes.Write([new JudgedItem(7, false, false, [-0.25])]);

        Assert.That(
            Enumerable.Range(1, whole.Length - 1).Where(length => Reads(whole[..length])), Is.Empty);
    }

    private static bool Reads(byte[] bytes)
    {
        try
        {
            _ = JudgedItemBytes.Read(bytes);
            return true;
        }
        catch (Exception refused) when (refused is ArgumentException or IndexOutOfRangeException)
        {
            return false;
        }
    }

    private static string Words(JudgedItem item) =>
        $"{item.Content} {item.IsVoid} {item.IsWrong} {string.Join(' ', item.Ratios)}";
}
