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

    [Test]
    public void Render_NoColours_HasNoEscapeCodes()
    {
        var sheet = new Sheet("STATE");
        sheet.Add(SheetCell.Bad("lost"));
        Assert.That(sheet.Render(new Ink(IsTerminal: true, HasColours: false), 80), Does.Not.Contain("\e"));
    }
}
