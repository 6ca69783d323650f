using System.Text;
using Infernet.Execution.Text;

namespace Infernet.Execution.Tests.Text;

[TestFixture]
public sealed class StreamingTextTests
{
    [Test]
    public void Character_SplitOverPieces_ComesWhole()
    {
        var text = new StreamingText([]);
        var taken = new List<string>();
        foreach (byte value in "é日🙂"u8.ToArray())
        {
            text.Append([value]);
            taken.Add(text.Take());
        }

        Assert.That(taken, Is.EqualTo(new[] { "", "é", "", "", "日", "", "", "", "🙂" }));
    }

    [Test]
    public void Character_NeverFinished_BecomesReplacement()
    {
        var text = new StreamingText([]);
        text.Append([(byte)'a', 0xE6]);
        text.Finish();

        Assert.That(text.ToString(), Is.EqualTo("a\uFFFD"));
    }

    [Test]
    public void Stop_StraddlingPieces_EndsTextAndLeaksNothing()
    {
        var text = new StreamingText(["</end>"]);

        bool first = text.Append("one <"u8);
        string afterFirst = text.Take();
        bool second = text.Append("/en"u8);
        string afterSecond = text.Take();
        bool third = text.Append("d> two"u8);
        text.Finish();

        Assert.Multiple(() =>
        {
            Assert.That((first, second, third), Is.EqualTo((false, false, true)));
            Assert.That((afterFirst, afterSecond), Is.EqualTo(("one ", "")));
            Assert.That(text.ToString(), Is.EqualTo("one "));
            Assert.That(text.StopText, Is.EqualTo("</end>"));
        });
    }

    [Test]
    public void Stop_ThatDoesNotComeTrue_IsGivenBack()
    {
        var text = new StreamingText(["</end>"]);
        text.Append("a</e"u8);
        text.Append("x</en"u8);
        string before = text.Take();
        text.Finish();

        Assert.That((before, text.ToString()), Is.EqualTo(("a</ex", "a</ex</en")));
    }

    [Test]
    public void Stops_SeveralInOnePiece_TheFirstCounts()
    {
        var text = new StreamingText(["c", "b"]);

        bool stopped = text.Append("abcd"u8);

        Assert.That((stopped, text.ToString(), text.StopText), Is.EqualTo((true, "a", "b")));
    }

    [Test]
    public void Stop_OfSplitCharacters_IsFound()
    {
        var text = new StreamingText(["日本"]);
        bool stopped = false;
        foreach (byte value in "in 日日本!"u8.ToArray())
        {
            stopped = stopped || text.Append([value]);
        }

        Assert.That((stopped, text.ToString()), Is.EqualTo((true, "in 日")));
    }

    [Test]
    public void Text_SplitAnyhow_IsTheSame()
    {
        var random = new Random(11);
        for (int round = 0; round < 2_000; round++)
        {
            string whole = string.Concat(Enumerable.Range(0, 40).Select(_ => "abcé日"[random.Next(5)]));
            string stop = whole.Substring(random.Next(30), random.Next(1, 5));
            if (random.Next(3) == 0)
            {
                stop += "x";
            }

            var text = new StreamingText([stop]);
            var taken = new StringBuilder();
            byte[] bytes = Encoding.UTF8.GetBytes(whole);
            bool stopped = false;
            for (int at = 0, length; at < bytes.Length && !stopped; at += length)
            {
                length = Math.Min(random.Next(1, 7), bytes.Length - at);
                stopped = text.Append(bytes.AsSpan(at, length));
                taken.Append(text.Take());
            }

            text.Finish();
            taken.Append(text.Take());
            int end = whole.IndexOf(stop, StringComparison.Ordinal);
            Assert.Multiple(() =>
            {
                Assert.That(taken.ToString(), Is.EqualTo(end < 0 ? whole : whole[..end]), $"{whole} until {stop}");
                Assert.That(stopped, Is.EqualTo(end >= 0));
            });
        }
    }
}
