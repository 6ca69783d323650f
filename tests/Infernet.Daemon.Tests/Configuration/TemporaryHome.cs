using Infernet.Daemon.Configuration;

namespace Infernet.Daemon.Tests.Configuration;

/// <summary>A home in a folder of its own, with a short path since Unix sockets want one.</summary>
internal sealed class TemporaryHome : IDisposable
{
    public TemporaryHome() => Home = new HomeFolder(Directory.CreateTempSubdirectory("inf-").FullName, SettingOrigin.Flag);

    public HomeFolder Home { get; }

    public void WriteConfig(string yaml) => File.WriteAllText(Home.ConfigFile, yaml);

    public void Dispose() => Directory.Delete(Home.FullPath, recursive: true);
}
