using System.Runtime.Versioning;
using Infernet.Core.Identity;
using Infernet.Solana.Keys;

namespace Infernet.Solana.Tests.Keys;

[UnsupportedOSPlatform("windows")]
public class WalletFileTests
{
    // The Solana CLI's array for the seed of 32 zeros.
    private static readonly string ZeroKey =
        "[" + string.Join(", ", new byte[32].Concat(SolanaKey.FromSeed(new byte[32]).Address.ToArray())) + "]";

    private string _folder = "";

    private string Wallet => Path.Combine(_folder, "wallet.json");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("infernet-wallet").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Create_NoFile_WritesTheCliFormatForTheOwnerAlone()
    {
        SolanaKey key = WalletFile.Create(Wallet);
        string text = File.ReadAllText(Wallet);
        byte[] numbers = [.. text.Trim('[', ']').Split(',').Select(byte.Parse)];
        Assert.That(numbers, Has.Length.EqualTo(64));
        Assert.That(numbers[32..], Is.EqualTo(key.Address.ToArray()));
        Assert.That(File.GetUnixFileMode(Wallet), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(WalletFile.Load(Wallet).Address, Is.EqualTo(key.Address));
    }

    [Test]
    public void Create_FileIsThere_LeavesItAlone()
    {
        SolanaKey key = WalletFile.Create(Wallet);
        Refused(() => WalletFile.Create(Wallet), KeyFileProblem.AlreadyExists);
        Assert.That(WalletFile.Load(Wallet).Address, Is.EqualTo(key.Address));
    }

    [Test]
    public void Create_Passphrase_SealsTheKey()
    {
        SolanaKey key = WalletFile.Create(Wallet, "correct horse");
        Assert.That(File.ReadAllBytes(Wallet).AsSpan().IndexOf(key.Address.Span), Is.EqualTo(-1));
        Refused(() => WalletFile.Load(Wallet), KeyFileProblem.PassphraseNeeded);
        Refused(() => WalletFile.Load(Wallet, "wrong"), KeyFileProblem.WrongPassphrase);
        Assert.That(WalletFile.Load(Wallet, "correct horse").Address, Is.EqualTo(key.Address));
    }

    [Test]
    public void Import_CliText_KeepsTheKey()
    {
        SolanaKey key = WalletFile.Import(Wallet, ZeroKey);
        Assert.That(key.Address, Is.EqualTo(SolanaKey.FromSeed(new byte[32]).Address));
        Assert.That(WalletFile.Load(Wallet).Address, Is.EqualTo(key.Address));
    }

    [Test]
    public void Load_PassphraseForAnOpenFile_IsRefused()
    {
        WalletFile.Create(Wallet);
        Refused(() => WalletFile.Load(Wallet, "some"), KeyFileProblem.NotSealed);
    }

    [Test]
    public void Load_NoFile_IsRefused() => Refused(() => WalletFile.Load(Wallet), KeyFileProblem.NotFound);

    [Test]
    public void Load_OpenToOthers_IsRefused()
    {
        WalletFile.Create(Wallet);
        File.SetUnixFileMode(Wallet, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Refused(() => WalletFile.Load(Wallet), KeyFileProblem.OpenToOthers);
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("[1,2,3]")]
    [TestCase("[1,2,3")]
    [TestCase("\"1\"")]
    [TestCase("not json")]
    public void Import_NoKeyPair_IsRefused(string text) => Refused(() => WalletFile.Import(Wallet, text), KeyFileProblem.Broken);

    [TestCase(", 1]")]
    [TestCase("] []")]
    [TestCase("")]
    public void Import_TooMuchOrCutOff_IsRefused(string ending) =>
        Refused(() => WalletFile.Import(Wallet, ZeroKey[..^1] + ending), KeyFileProblem.Broken);

    [TestCase("256")]
    [TestCase("-1")]
    [TestCase("0.5")]
    public void Import_NumberThatIsNoByte_IsRefused(string number) =>
        Refused(() => WalletFile.Import(Wallet, "[" + number + ZeroKey[2..]), KeyFileProblem.Broken);

    [Test]
    public void Import_PublicKeyOfAnother_IsRefusedWithoutShowingTheKey()
    {
        var refused = Refused(() => WalletFile.Import(Wallet, "[17" + ZeroKey[2..]), KeyFileProblem.Broken);
        Assert.That(refused.Message, Does.Contain("damaged").And.Not.Contain("17"));
        Assert.That(File.Exists(Wallet), Is.False);
    }

    private static KeyFileException Refused(Func<SolanaKey> action, KeyFileProblem problem)
    {
        KeyFileException refused = Assert.Throws<KeyFileException>(() => action())!;
        Assert.That(refused.Problem, Is.EqualTo(problem));
        return refused;
    }
}
