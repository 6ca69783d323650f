using Infernet.Cli.Terminals;

namespace Infernet.Cli.Tests.Terminals;

[TestFixture]
public sealed class SheetTests
{
    [Test]
    public void Render_ToAPipe_AlignsColumnsWithoutTrailingSpaces()
    {
        var sheet = new Sheet("NAME", ">SIZE", "STATE");
        sheet.Add("a", "1", SheetCell.State("done"));
        sheet.Add("longer", "1,234", "");
        Assert.That(sheet.Render(new Ink(false, false), 20), Is.EqualTo(
            "NAME     SIZE  STATE\na           1  done\nlonger  1,234\n"));
    }

    [Test]
    public void Render_TextThatLooksLikeMarkup_StaysAsItIs()
    {
        var sheet = new Sheet("NAME");
        sheet.Add("[red]x[/]");
        Assert.That(sheet.Render(new Ink(false, false), null), Is.EqualTo("NAME\n[red]x[/]\n"));
    }

    [TestCase(80, "GUoaCUq7vskRMXZtseDnvn1Vv9dB6eAQKEaiJwsEaTQ3", "2026-12-21 17:20:05Z")]
    [TestCase(60, "GUoaCUq7", "2026-12-21")]
    public void Render_InANarrowWindow_ShortensWhatCanBe(int width, string address, string time)
    {
        var sheet = new Sheet("CHANNEL", "UNTIL");
        sheet.Add(
            SheetCell.Address("GUoaCUq7vskRMXZtseDnvn1Vv9dB6eAQKEaiJwsEaTQ3"), SheetCell.Time("2026-12-21 17:20:05Z"));
        Assert.That(
            sheet.Render(new Ink(true, false), width).Split('\n')[1].Split("  "), Is.EqualTo([address, time]));
    }

    [Test]
    public void Render_InANarrowWindow_WrapsSentencesBeforeWords()
    {
        var sheet = new Sheet("STATE", ">AMOUNT", "NOTE");
        sheet.Add("running", "0.0002325 SOL", "what was set aside for it is used up");
        string[] lines = sheet.Render(new Ink(true, false), 40).TrimEnd('\n').Split('\n');
        Assert.That(lines[1], Does.StartWith("running  0.0002325 SOL  what was"));
        Assert.That(lines, Is.All.Length.LessThanOrEqualTo(40));
    }

    [Test]
    public void Render_InANarrowWindow_FoldsLongIdsBeforeWhatIsBesideThem()
    {
        var sheet = new Sheet("PEER", "CONNECTED", "SERVES");
        sheet.Add(new string('p', 52), "yes", "tiny");
        string[] lines = sheet.Render(new Ink(true, false), 60).TrimEnd('\n').Split('\n');
        Assert.That(lines[1], Does.Match("^p+ +yes +tiny$"));
        Assert.That(lines, Is.All.Length.LessThanOrEqualTo(60));
    }

    [Test]
    public void Render_NoColours_HasNoEscapeCodes()
    {
        var sheet = new Sheet("STATE");
        sheet.Add(SheetCell.Bad("lost"));
        Assert.That(sheet.Render(new Ink(IsTerminal: true, HasColours: false), 80), Does.Not.Contain("\e"));
    }
}
