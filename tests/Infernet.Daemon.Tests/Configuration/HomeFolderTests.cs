using Infernet.Daemon.Configuration;

namespace Infernet.Daemon.Tests.Configuration;

[TestFixture]
public sealed class HomeFolderTests
{
    [Test]
    public void Resolve_Flag_WinsOverVariable() =>
        Assert.That(
            HomeFolder.Resolve("/a", _ => "/b"), Is.EqualTo(new HomeFolder("/a", SettingOrigin.Flag)));

    [Test]
    public void Resolve_Variable_WinsOverDefault() =>
        Assert.That(
            HomeFolder.Resolve(null, name => name == "INFERNET_HOME" ? "/b" : "/home-of-user"),
            Is.EqualTo(new HomeFolder("/b", SettingOrigin.Environment)));

    [Test]
    public void Resolve_Nothing_IsInTheUsersHome() =>
        Assert.That(
            HomeFolder.Resolve(null, name => name == "HOME" ? "/u" : null),
            Is.EqualTo(new HomeFolder("/u/.infernet", SettingOrigin.Default)));

    [Test]
    public void Resolve_RelativeFlag_BecomesAbsolute() =>
        Assert.That(HomeFolder.Resolve("x", _ => null).FullPath, Is.EqualTo(Path.GetFullPath("x")));

    [Test]
    public void Create_NewFolder_IsForItsOwnerAlone()
    {
        using var parent = new TemporaryHome();
        var home = new HomeFolder(Path.Combine(parent.Home.FullPath, "a", "b"), SettingOrigin.Flag);
        home.Create();
        home.Create();
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(
                File.GetUnixFileMode(home.FullPath),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }
    }
}
