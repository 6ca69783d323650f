using Infernet.Daemon.Configuration;
using Infernet.Daemon.Nodes;

namespace Infernet.Daemon.Tests.Configuration;

[TestFixture]
public sealed class NodeConfigurationTests
{
    private const string Peer = "/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
    private TemporaryHome _home = null!;

    [SetUp]
    public void SetUp() => _home = new TemporaryHome();

    [TearDown]
    public void TearDown() => _home.Dispose();

    [Test]
    public void Load_NothingGiven_TakesDefaults()
    {
        NodeOptions options = Load().ToNodeOptions();
        Assert.Multiple(() =>
        {
            Assert.That(options.Home, Is.EqualTo(_home.Home.FullPath));
            Assert.That(options.ListenAddresses.Select(a => a.ToString()), Is.EqualTo(new[] { "/ip4/0.0.0.0/tcp/4001" }));
            Assert.That(options.Bootstrap, Is.Empty);
            Assert.That(options.Serve, Is.True);
            Assert.That(options.Slots, Is.EqualTo(8));
            Assert.That(options.ContextLength, Is.Null);
            Assert.That(options.Threads, Is.Null);
            Assert.That(options.CpuVariant, Is.Null);
            Assert.That(options.FlashAttention, Is.True);
            Assert.That(options.IdentityPassphrase, Is.Null);
        });
    }

    [Test]
    public void Load_SeveralSources_TheNearestToTheUserWins()
    {
        _home.WriteConfig("slots: 2\nthreads: 2\ncontext_length: 2048\n");
        NodeConfiguration configuration = Load(
            flags: new() { ["slots"] = ["4"] },
            environment: new() { ["INFERNET_SLOTS"] = "3", ["INFERNET_THREADS"] = "3" });
        Assert.Multiple(() =>
        {
            Assert.That(configuration.Get(Settings.Slots), Is.EqualTo(4));
            Assert.That(Origin(configuration, "slots"), Is.EqualTo((SettingOrigin.Flag, "--slots")));
            Assert.That(configuration.Get(Settings.Threads), Is.EqualTo(3));
            Assert.That(Origin(configuration, "threads"), Is.EqualTo((SettingOrigin.Environment, "INFERNET_THREADS")));
            Assert.That(configuration.Get(Settings.ContextLength), Is.EqualTo(2048));
            Assert.That(
                Origin(configuration, "context_length"),
                Is.EqualTo((SettingOrigin.File, $"{_home.Home.ConfigFile} line 3")));
            Assert.That(Origin(configuration, "serve").Origin, Is.EqualTo(SettingOrigin.Default));
        });
    }

    [Test]
    public void Load_ListInTheEnvironment_IsSplitAtCommas()
    {
        NodeConfiguration configuration = Load(
            environment: new() { ["INFERNET_LISTEN"] = "/ip4/127.0.0.1/tcp/0, /ip6/::1/tcp/0" });
        Assert.That(configuration.Get(Settings.Listen), Has.Count.EqualTo(2));
    }

    [Test]
    public void Load_EmptyVariable_CountsAsNotSet() =>
        Assert.That(Load(environment: new() { ["INFERNET_SLOTS"] = "" }).Get(Settings.Slots), Is.EqualTo(8));

    [TestCase("slots: 0", "slots must be a whole number from 1 to 256, is '0'")]
    [TestCase("slots: many", "slots must be a whole number")]
    [TestCase("slots: [1, 2]", "slots takes one value, not 2")]
    [TestCase("serve: maybe", "serve must be true or false")]
    [TestCase("context_length: 3", "context_length must be auto or a whole number")]
    [TestCase("listen: 0.0.0.0:4001", "listen must look like /ip4/0.0.0.0/tcp/4001")]
    [TestCase("listen: /ip4/0.0.0.0/udp/4001", "listen must look like")]
    [TestCase("listen: /ip4/1.2.3.4", "listen must look like")]
    [TestCase("bootstrap: /ip4/1.2.3.4/tcp/1", "bootstrap must end in the peer's id")]
    [TestCase("cpu_variant: ../../evil", "cpu_variant must be auto or a variant's name")]
    [TestCase("log_level: loud", "log_level must be one of debug, info, warning, error")]
    [TestCase("colour: red", "colour is not a setting; known are listen")]
    [TestCase("slot-s: 1", "slot-s is not a setting")]
    [TestCase("slots:", "slots has no value")]
    [TestCase("slots: {a: b}", "slots must be a text or a list of texts")]
    [TestCase("slots: 1\nslots: 2", "slots is given twice, first on line 1")]
    [TestCase("- slots", "must hold lines of the form")]
    [TestCase("just a text", "must hold lines of the form")]
    [TestCase("slots: [", "is not YAML")]
    [TestCase("a: &x 1\nslots: *x", "slots must be a text or a list of texts")]
    public void Load_FileThatIsWrong_SaysLineAndWhatWouldBeRight(string yaml, string message)
    {
        _home.WriteConfig(yaml);
        ConfigurationException refused = Assert.Throws<ConfigurationException>(() => Load())!;
        Assert.That(refused.Message, Does.Contain(message));
        Assert.That(refused.Message, Does.Match($"{_home.Home.ConfigFile} line [1-9]"));
    }

    [Test]
    public void Load_SeveralMistakes_AreAllReported()
    {
        _home.WriteConfig("slots: 0\nthreads: x\nwhat: 1\n");
        ConfigurationException refused = Assert.Throws<ConfigurationException>(
            () => Load(environment: new() { ["INFERNET_SERVE"] = "perhaps" }))!;
        Assert.That(refused.Problems, Has.Count.EqualTo(4));
        Assert.That(refused.Message, Does.Contain("INFERNET_SERVE: serve must be true or false"));
    }

    [Test]
    public void Load_FileTooLarge_IsRefusedUnread()
    {
        _home.WriteConfig(new string('#', (1 << 20) + 1));
        Assert.That(() => Load(), Throws.TypeOf<ConfigurationException>().With.Message.Contains("1048576 bytes"));
    }

    [TestCase("")]
    [TestCase("# only a comment\n")]
    [TestCase("---\n")]
    [TestCase("{}")]
    public void Load_EmptyFile_TakesDefaults(string yaml)
    {
        _home.WriteConfig(yaml);
        Assert.That(Load().Get(Settings.Slots), Is.EqualTo(8));
    }

    [Test]
    public void Load_AnyText_GivesSettingsOrAReason()
    {
        const string good = "# c\nlisten:\n  - /ip4/0.0.0.0/tcp/1\nslots: 4\nserve: \"no\"\nbootstrap: []\n";
        var random = new Random(7);
        for (int round = 0; round < 500; round++)
        {
            char[] text = good.ToCharArray();
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                text[random.Next(text.Length)] = (char)random.Next(9, 128);
            }

            _home.WriteConfig(new string(text));
            try
            {
                _ = Load();
            }
            catch (ConfigurationException)
            {
                // A reason is what a bad file should get.
            }
        }
    }

    [Test]
    public void Load_Passphrase_ComesFromEnvironmentAndIsNotShown()
    {
        NodeConfiguration configuration = Load(
            flags: new() { ["identity_passphrase"] = ["from a flag"] },
            environment: new() { ["INFERNET_IDENTITY_PASSPHRASE"] = "a,b" });
        SettingValue value = configuration.Values.Single(v => v.Setting.Key == "identity_passphrase");
        Assert.That(configuration.ToNodeOptions().IdentityPassphrase, Is.EqualTo("a,b"));
        Assert.That(value.Shown, Is.EqualTo("(set)"));
    }

    [Test]
    public void Load_Bootstrap_TakesAListWithPeers()
    {
        _home.WriteConfig($"bootstrap:\n  - {Peer}\n  # another\n  - \"{Peer}\"\nslots: 3\n");
        NodeConfiguration configuration = Load();
        Assert.That(configuration.Get(Settings.Bootstrap), Has.Count.EqualTo(2));
        Assert.That(configuration.Get(Settings.Slots), Is.EqualTo(3));
    }

    [Test]
    public void Table_EachSetting_HasADefaultThatItsReaderTakes()
    {
        foreach (Setting setting in Settings.All)
        {
            Assert.That(() => setting.Read(setting.Default), Throws.Nothing, setting.Key);
            Assert.That(setting.Description, Does.EndWith("."), setting.Key);
        }
    }

    private static (SettingOrigin Origin, string Where) Origin(NodeConfiguration configuration, string key)
    {
        SettingValue value = configuration.Values.Single(v => v.Setting.Key == key);
        return (value.Origin, value.Where);
    }

    private NodeConfiguration Load(
        Dictionary<string, IReadOnlyList<string>>? flags = null, Dictionary<string, string>? environment = null) =>
        NodeConfiguration.Load(_home.Home, flags ?? [], name => environment?.GetValueOrDefault(name));
}
