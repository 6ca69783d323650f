using System.Runtime.Versioning;
using Infernet.Core.Identity;

namespace Infernet.Core.Tests.Identity;

[TestFixture]
[UnsupportedOSPlatform("windows")]
public sealed class KeyFileTests
{
    // libp2p/specs, peer-ids/peer-ids.md, "Test vectors", and the id of that key.
    private const string SpecificationKey =
        "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
        + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

    private const string SecpKey = "0802122053DADF1D5A164D6B4ACDB15E24AA4C5B1D3461BDBD42ABEDB0A4404D56CED8FB";

    private string _folder = "";

    private string KeyPath => Path.Combine(_folder, "identity.key");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("infernet-key-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(null)]
    [TestCase("correct horse")]
    public void Store_KeyThatExists_IsLoadedAgainAndNotOverwritten(string? passphrase)
    {
        var identity = NodeIdentity.FromSeed(new byte[Ed25519.SeedLength]);
        KeyFile.Store(KeyPath, identity, passphrase);
        Assert.That(KeyFile.Load(KeyPath, passphrase).Id, Is.EqualTo(identity.Id));
        AssertProblem(() => KeyFile.Store(KeyPath, NodeIdentity.Generate()), KeyFileProblem.AlreadyExists, "not overwritten");
    }

    [Test]
    public void Load_NoFile_SaysNotFound() =>
        AssertProblem(() => KeyFile.Load(KeyPath), KeyFileProblem.NotFound, "does not exist");

    [TestCase(UnixFileMode.GroupRead)]
    [TestCase(UnixFileMode.GroupWrite)]
    [TestCase(UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.OtherWrite)]
    public void Load_OthersMayTouchIt_Refuses(UnixFileMode extra)
    {
        KeyFile.Create(KeyPath);
        File.SetUnixFileMode(KeyPath, File.GetUnixFileMode(KeyPath) | extra);
        AssertProblem(() => KeyFile.Load(KeyPath), KeyFileProblem.OpenToOthers, "chmod 600");
    }

    [Test]
    public void Load_CutOffAnywhere_SaysBroken()
    {
        byte[] whole = Convert.FromHexString(SpecificationKey);
        for (int length = 0; length < whole.Length; length++)
        {
            WriteKey(whole[..length]);
            AssertProblem(() => KeyFile.Load(KeyPath), KeyFileProblem.Broken, "no private key");
        }
    }

    [Test]
    public void Load_OverlongFile_SaysBroken()
    {
        WriteKey(new byte[100_000]);
        AssertProblem(() => KeyFile.Load(KeyPath), KeyFileProblem.Broken, "too long");
    }

    [Test]
    public void Load_PublicKeyOfAnotherSeed_SaysBroken()
    {
        byte[] key = Convert.FromHexString(SpecificationKey);
        key[^1] ^= 1;
        WriteKey(key);
        AssertProblem(() => KeyFile.Load(KeyPath), KeyFileProblem.Broken, "no private key");
    }

    [Test]
    public void Load_OtherKeyType_SaysWhichIsNeeded()
    {
        WriteKey(Convert.FromHexString(SecpKey));
        AssertProblem(() => KeyFile.Load(KeyPath), KeyFileProblem.OtherKeyType, "Ed25519");
    }

    [Test]
    public void Load_Directory_SaysInaccessible()
    {
        Directory.CreateDirectory(KeyPath);
        AssertProblem(() => KeyFile.Load(KeyPath), KeyFileProblem.Inaccessible, "can't be read");
    }

    [Test]
    public void Load_SealedWithoutPassphrase_AsksForIt()
    {
        WriteSealed("correct horse");
        AssertProblem(() => KeyFile.Load(KeyPath), KeyFileProblem.PassphraseNeeded, "passphrase");
    }

    [Test]
    public void Load_SealedWithOtherPassphrase_SaysWrongPassphrase()
    {
        WriteSealed("correct horse");
        AssertProblem(() => KeyFile.Load(KeyPath, "wrong horse"), KeyFileProblem.WrongPassphrase, "does not open");
    }

    [Test]
    public void Load_PlainWithPassphrase_SaysNotSealed()
    {
        KeyFile.Create(KeyPath);
        AssertProblem(() => KeyFile.Load(KeyPath, "any"), KeyFileProblem.NotSealed, "not sealed");
    }

    [Test]
    public void Load_SealedCutOff_SaysBroken()
    {
        byte[] whole = WriteSealed("correct horse");
        WriteKey(whole[..^1]);
        AssertProblem(() => KeyFile.Load(KeyPath, "correct horse"), KeyFileProblem.Broken, "cut off");
    }

    [Test]
    public void Create_FileExists_KeepsIt()
    {
        NodeIdentity first = KeyFile.Create(KeyPath);
        AssertProblem(() => KeyFile.Create(KeyPath), KeyFileProblem.AlreadyExists, "not overwritten");
        Assert.That(KeyFile.Load(KeyPath).Id, Is.EqualTo(first.Id));
    }

    [Test]
    public void Create_EmptyPassphrase_Refuses() =>
        AssertProblem(() => KeyFile.Create(KeyPath, ""), KeyFileProblem.WrongPassphrase, "empty passphrase");

    [Test]
    public void Create_FolderIsAFile_SaysInaccessible()
    {
        File.WriteAllText(KeyPath, "");
        string below = Path.Combine(KeyPath, "identity.key");
        AssertProblem(() => KeyFile.Create(below), KeyFileProblem.Inaccessible, "can't be written");
    }

    [Test]
    public void Create_AnyOutcome_LeavesOnlyTheKeyFile()
    {
        KeyFile.Create(KeyPath);
        Assert.Throws<KeyFileException>(() => KeyFile.Create(KeyPath));
        Assert.That(Directory.GetFiles(_folder), Is.EqualTo([KeyPath]));
    }

    [Test]
    public void Create_NewFolder_IsForTheOwnerOnly()
    {
        string path = Path.Combine(_folder, "home", "identity.key");
        KeyFile.Create(path);
        Assert.That(
            File.GetUnixFileMode(Path.GetDirectoryName(path)!),
            Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void Load_SpecificationVector_HasItsPeerId()
    {
        WriteKey(Convert.FromHexString(SpecificationKey));
        Assert.That(
            KeyFile.Load(KeyPath).Id.ToString(), Is.EqualTo("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"));
    }

    [Test]
    public void Load_OldFormWithKeyTwice_Works()
    {
        byte[] key = Convert.FromHexString(SpecificationKey);
        WriteKey([0x08, 0x01, 0x12, 0x60, .. key[4..], .. key[^32..]]);
        Assert.That(KeyFile.Load(KeyPath).PublicKey.SequenceEqual(key.AsSpan(^32..)), Is.True);
    }

    [Test]
    public void Create_Plain_WritesTheEncodingOfTheSpecification()
    {
        NodeIdentity made = KeyFile.Create(KeyPath);
        byte[] file = File.ReadAllBytes(KeyPath);
        Assert.That(file, Has.Length.EqualTo(68));
        Assert.That(file[..4], Is.EqualTo(new byte[] { 0x08, 0x01, 0x12, 0x40 }));
        Assert.That(file[^32..], Is.EqualTo(made.PublicKey.ToArray()));
    }

    [Test]
    public void LoadOrCreate_Twice_GivesTheSameIdentity()
    {
        NodeIdentity first = KeyFile.LoadOrCreate(KeyPath);
        Assert.That(KeyFile.LoadOrCreate(KeyPath).Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task LoadOrCreate_ManyAtOnce_AgreeOnOneIdentity([Range(1, 50)] int round)
    {
        using var together = new Barrier(participantCount: 4);
        NodeIdentity[] made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                return KeyFile.LoadOrCreate(KeyPath);
            },
            TaskCreationOptions.LongRunning)));
        Assert.That(made.Select(m => m.Id).Distinct(), Has.One.Items, $"round {round}");
    }

    [Test]
    public void LoadOrCreate_Passphrase_SealsAndOpens()
    {
        NodeIdentity first = KeyFile.LoadOrCreate(KeyPath, "pässphrase ☃");
        Assert.That(KeyFile.LoadOrCreate(KeyPath, "pässphrase ☃").Id, Is.EqualTo(first.Id));
        Assert.That(File.ReadAllBytes(KeyPath).AsSpan().IndexOf(first.Seed), Is.Negative);
    }

    private static void AssertProblem(Action action, KeyFileProblem problem, string said)
    {
        KeyFileException thrown = Assert.Throws<KeyFileException>(action)!;
        Assert.That(thrown.Problem, Is.EqualTo(problem), thrown.Message);
        Assert.That(thrown.Message, Does.Contain(said).And.Contain("identity.key"));
    }

    private byte[] WriteSealed(string passphrase)
    {
        byte[] file = SealedKey.Seal(
            Convert.FromHexString(SpecificationKey), passphrase, new Argon2idCost(Passes: 1, MemoryKiB: 8));
        WriteKey(file);
        return file;
    }

    private void WriteKey(byte[] bytes)
    {
        File.WriteAllBytes(KeyPath, bytes);
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
