using Infernet.Daemon.Configuration;
using Infernet.Daemon.Payments;

namespace Infernet.Daemon.Tests.Configuration;

/// <summary>The settings about money: each for itself, and together.</summary>
[TestFixture]
public sealed class PaymentSettingsTests
{
    private const string Program = "3YCUsymK9oAifeeSPyKbaACE2L3qFTF8HJHZAEoX6rnb";
    private const string Mint = "4dJkJH7sPwfQ3q7u8LR4yHa33MAATvj9dZ8yZg3zZgPC";
    private TemporaryHome _home = null!;

    [SetUp]
    public void SetUp() => _home = new TemporaryHome();

    [TearDown]
    public void TearDown() => _home.Dispose();

    [TestCase("settlement_program: 3YCU", "32 bytes in base58")]
    [TestCase("payment_mint: USDC", "must be SOL, or 32 bytes")]
    [TestCase("rpc_urls: ftp://127.0.0.1", "http:// or https://")]
    [TestCase("rpc_urls: []", "1 to 16")]
    [TestCase("rpc_websocket: http://127.0.0.1", "ws:// or wss://")]
    [TestCase("cluster_genesis: mainnet", "must be any, or 32 bytes")]
    [TestCase("payment_decimals: 20", "from 0 to 19")]
    [TestCase("daily_cap: 1", "has no unit")]
    [TestCase("daily_cap: much SOL", "is no amount")]
    [TestCase("daily_cap: -1 SOL", "is no amount")]
    [TestCase("settle_age: soon", "10m, 24h or 7d")]
    [TestCase("settle_age: 0", "10m, 24h or 7d")]
    [TestCase("escrow_term: never", "10m, 24h or 7d")]
    [TestCase("take_escrows: perhaps", "true")]
    [TestCase("first_credit: 255", "from 256 to 1048576")]
    [TestCase("first_credit: 4k", "must be a whole number")]
    public void Load_ValueThatIsWrong_SaysWhatWouldBeRight(string line, string says)
    {
        _home.WriteConfig($"{line}\n");
        ConfigurationException? wrong = Assert.Throws<ConfigurationException>(() => Load());
        Assert.That(wrong!.Message, Does.Contain("line 1").And.Contain(says));
    }

    [TestCase("", "settlement_program must be chosen")]
    [TestCase("daily_cap: 1.0000000001 SOL", "10 decimals")]
    [TestCase("daily_cap: 5 units", "SOL or lamports")]
    [TestCase($"payment_mint: {Mint}", "daily_cap must be an amount of what is paid in")]
    public void ToNodeOptions_SettingsThatDoNotFit_NameThem(string line, string says)
    {
        _home.WriteConfig($"payments: on\n{line}\n");
        ConfigurationException? wrong = Assert.Throws<ConfigurationException>(() => Load().ToNodeOptions());
        Assert.That(wrong!.Message, Does.Contain(says));
    }

    [TestCase("3h")]
    [TestCase("366d")]
    public void ToNodeOptions_AnEscrowsTermThatNobodyTakes_IsNamed(string term)
    {
        _home.WriteConfig($"payments: on\nsettlement_program: {Program}\nescrow_term: {term}\n");
        ConfigurationException? wrong = Assert.Throws<ConfigurationException>(() => Load().ToNodeOptions());
        Assert.That(wrong!.Message, Does.Contain("escrow_term must be from 4 hours to 365 days"));
    }

    [Test]
    public void ToNodeOptions_Escrows_AreTakenUnlessTheOwnerSaysOtherwise()
    {
        _home.WriteConfig($"payments: on\nsettlement_program: {Program}\n");
        PaymentOptions usual = Load().ToNodeOptions().Payments!;
        _home.WriteConfig(
            $"payments: on\nsettlement_program: {Program}\ntake_escrows: off\nescrow_term: 6h\ncommittee: on\n");
        PaymentOptions other = Load().ToNodeOptions().Payments!;
        Assert.That(
            (usual.Earning.TakeEscrows, usual.Paying.EscrowTerm, usual.Committee),
            Is.EqualTo((true, TimeSpan.FromHours(24), false)));
        Assert.That(
            (other.Earning.TakeEscrows, other.Paying.EscrowTerm, other.Committee),
            Is.EqualTo((false, TimeSpan.FromHours(6), true)));
    }

    [Test]
    public void ToNodeOptions_CommitteeWithoutPayments_SaysWhatIsMissing()
    {
        _home.WriteConfig("committee: on\n");
        ConfigurationException? wrong = Assert.Throws<ConfigurationException>(() => Load().ToNodeOptions());
        Assert.That(wrong!.Message, Does.Contain("committee needs payments on"));
    }

    [Test]
    public void ToNodeOptions_PaymentsOff_HasNone()
    {
        _home.WriteConfig($"settlement_program: {Program}\n");
        Assert.That(Load().ToNodeOptions().Payments, Is.Null);
    }

    [Test]
    public void ToNodeOptions_Sol_ReadsAmountsInLamports()
    {
        _home.WriteConfig($"payments: on\nsettlement_program: {Program}\ndaily_cap: 0.25 SOL\n");
        PaymentOptions payments = Load().ToNodeOptions().Payments!;
        Assert.That(payments.Chain.DailyCap, Is.EqualTo(250_000_000));
        Assert.That(payments.Chain.Program.ToString(), Is.EqualTo(Program));
        Assert.That(payments.Chain.Endpoints, Is.EqualTo(new[] { new Uri("http://127.0.0.1:8899") }));
    }

    private NodeConfiguration Load() =>
        NodeConfiguration.Load(_home.Home, new Dictionary<string, IReadOnlyList<string>>(), _ => null);
}
