using Infernet.Daemon.Configuration;

namespace Infernet.Daemon.Tests.Configuration;

[TestFixture]
public sealed class ConfigurationFileTests
{
    private TemporaryHome _home = null!;

    [SetUp]
    public void SetUp() => _home = new TemporaryHome();

    [TearDown]
    public void TearDown() => _home.Dispose();

    [Test]
    public void Set_NoFile_MakesOneForItsOwnerAlone()
    {
        Set("slots", "4");
        Assert.That(Text(), Is.EqualTo("slots: 4\n"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(
                File.GetUnixFileMode(_home.Home.ConfigFile),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public void Set_KeyThatIsThere_ChangesNothingElse()
    {
        _home.WriteConfig("# mine\n\nslots: 2   # small box\nserve: true\n");
        Set("slots", "4");
        Assert.That(Text(), Is.EqualTo("# mine\n\nslots: 4   # small box\nserve: true\n"));
    }

    [Test]
    public void Set_NewKey_IsAppended()
    {
        _home.WriteConfig("slots: 2");
        Set("serve", "false");
        Assert.That(Text(), Is.EqualTo("slots: 2\nserve: false\n"));
    }

    [Test]
    public void Set_List_ReplacesListAndKeepsWhatFollows()
    {
        _home.WriteConfig("listen:\n  - /ip4/0.0.0.0/tcp/1\n  - /ip4/0.0.0.0/tcp/2\n# the rest\nslots: 2\n");
        Set("listen", "/ip4/127.0.0.1/tcp/3", "/ip6/::1/tcp/3");
        Assert.That(Text(), Is.EqualTo(
            "listen:\n  - /ip4/127.0.0.1/tcp/3\n  - /ip6/::1/tcp/3\n# the rest\nslots: 2\n"));
    }

    [TestCase("listen: [/ip4/0.0.0.0/tcp/1, /ip4/0.0.0.0/tcp/2] # both\n", "listen: /ip4/127.0.0.1/tcp/3 # both\n")]
    [TestCase("listen: '/ip4/0.0.0.0/tcp/1'\n", "listen: /ip4/127.0.0.1/tcp/3\n")]
    [TestCase("listen:   \"/ip4/0.0.0.0/tcp/1\"", "listen: /ip4/127.0.0.1/tcp/3")]
    [TestCase("\r\nlisten: /ip4/0.0.0.0/tcp/1\r\nslots: 1\r\n", "\r\nlisten: /ip4/127.0.0.1/tcp/3\r\nslots: 1\r\n")]
    public void Set_EachYamlForm_IsReplaced(string before, string after)
    {
        _home.WriteConfig(before);
        Set("listen", "/ip4/127.0.0.1/tcp/3");
        Assert.That(Text(), Is.EqualTo(after));
    }

    [Test]
    public void Set_EmptyList_ReadsBackEmpty()
    {
        Set("bootstrap");
        Assert.That(Text(), Is.EqualTo("bootstrap: []\n"));
    }

    [TestCase("#1: \"quoted\" and \\ more")]
    [TestCase("  spaces  ")]
    [TestCase("line\nbreak")]
    [TestCase("Grüße 🙂")]
    [TestCase("ends:")]
    public void Set_TextOfAnyKind_IsReadBackTheSame(string passphrase)
    {
        Set("identity_passphrase", passphrase);
        NodeConfiguration configuration = NodeConfiguration.Load(
            _home.Home, new Dictionary<string, IReadOnlyList<string>>(), _ => null);
        Assert.That(configuration.Get(Settings.IdentityPassphrase), Is.EqualTo(passphrase));
    }

    [Test]
    public void Set_Null_TakesTheLineOut()
    {
        _home.WriteConfig("# a\nslots: 2 # b\nserve: true\n");
        ConfigurationFile.Read(_home.Home.ConfigFile).Set(Settings.Slots, null);
        Assert.That(Text(), Is.EqualTo("# a\nserve: true\n"));
    }

    [Test]
    public void Set_ValueThatIsWrong_LeavesTheFileAlone()
    {
        _home.WriteConfig("slots: 2\n");
        Assert.That(() => Set("slots", "0"), Throws.TypeOf<FormatException>());
        Assert.That(Text(), Is.EqualTo("slots: 2\n"));
    }

    [Test]
    public void Set_FileInAFormThatCannotBeEdited_SaysSoAndLeavesItAlone()
    {
        const string flow = "{slots: 2, serve: true}";
        _home.WriteConfig(flow);
        Assert.That(
            () => ConfigurationFile.Read(_home.Home.ConfigFile).Set(Settings.Threads, ["2"]),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("by hand"));
        Assert.That(Text(), Is.EqualTo(flow));
    }

    [Test]
    public void Set_FileThatIsBroken_IsNotOverwritten()
    {
        _home.WriteConfig("slots: [");
        Assert.That(() => Set("slots", "4"), Throws.TypeOf<ConfigurationException>());
        Assert.That(Text(), Is.EqualTo("slots: ["));
    }

    private void Set(string key, params string[] values) =>
        ConfigurationFile.Read(_home.Home.ConfigFile).Set(Settings.Find(key)!, values);

    private string Text() => File.ReadAllText(_home.Home.ConfigFile);
}
