using System.Text.Json;

namespace Infernet.Cli.Tests.Wallets;

/// <summary>Wallets from the command line, without a node and without a cluster.</summary>
[TestFixture]
public sealed class WalletCommandTests
{
    private const string Somebody = "4dJkJH7sPwfQ3q7u8LR4yHa33MAATvj9dZ8yZg3zZgPC";

    private InfernetProcess _infernet = null!;

    [SetUp]
    public void SetUp() => _infernet = new InfernetProcess();

    [TearDown]
    public void TearDown() => _infernet.Dispose();

    [TestCase("show")]
    [TestCase("balance")]
    [TestCase("airdrop", "1", "SOL")]
    public async Task Command_NoWallet_SaysHowToMakeOne(params string[] command) =>
        await RefusedAsync(6, "infernet wallet create", ["wallet", .. command]);

    [Test]
    public async Task Create_WalletIsThere_IsNeverOverwritten()
    {
        string address = await CreateAsync();
        await RefusedAsync(2, "never overwritten", ["wallet", "create"]);
        await RefusedAsync(2, "never overwritten", ["wallet", "import", Path.Combine(_infernet.Home, "wallet.json")]);
        Assert.That(await AddressAsync(), Is.EqualTo(address));
    }

    [TestCase("[1,2,3]", "3 numbers")]
    [TestCase("not a key", "64 numbers")]
    [TestCase("", "64 numbers")]
    public async Task Import_TextThatIsNoKey_IsUsage(string text, string says) =>
        await RefusedAsync(2, says, ["wallet", "import", _infernet.Write("key.json", text)]);

    [Test]
    public async Task Import_FileThatIsNotThere_IsUsage() =>
        await RefusedAsync(2, "There is no file", ["wallet", "import", "/nowhere/key.json"]);

    [Test]
    public async Task Import_KeyOfAnotherHome_IsTheSameAddress()
    {
        string address = await CreateAsync();
        using var other = new InfernetProcess();
        InfernetProcess.Outcome imported = await other.RunAsync(
            ["wallet", "import", "-", "--json"], await File.ReadAllTextAsync(Path.Combine(_infernet.Home, "wallet.json")));
        Assert.That(imported.ExitCode, Is.Zero, imported.Error);
        Assert.That(AddressOf(imported), Is.EqualTo(address));
    }

    [Test]
    public async Task Create_Sealed_OpensByThePassphraseOnly()
    {
        InfernetProcess.Outcome made = await _infernet.RunAsync(["wallet", "create", "--seal", "--json"], "secret\n");
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        await RefusedAsync(6, "wallet_passphrase", ["wallet", "show"]);
        _infernet.Variables["INFERNET_WALLET_PASSPHRASE"] = "wrong";
        await RefusedAsync(6, "does not open", ["wallet", "show"]);
        _infernet.Variables["INFERNET_WALLET_PASSPHRASE"] = "secret";
        Assert.That(await AddressAsync(), Is.EqualTo(AddressOf(made)));
    }

    [TestCase("10", "has no unit")]
    [TestCase("0.0000000001 SOL", "10 decimals")]
    [TestCase("0 SOL", "above 0")]
    [TestCase("1 USDC", "SOL or lamports")]
    [TestCase("99999999999 SOL", "more than there can be")]
    public async Task Airdrop_AmountThatIsNone_IsUsage(string amount, string says)
    {
        await CreateAsync();
        await RefusedAsync(2, says, ["wallet", "airdrop", .. amount.Split(' ')]);
    }

    [TestCase("0OIl")]
    [TestCase("abc")]
    public async Task Balance_AddressThatIsNone_IsUsage(string address) =>
        await RefusedAsync(2, "32 bytes in base58", ["wallet", "balance", address]);

    [Test]
    public async Task Balance_NoCluster_IsAPaymentProblem()
    {
        _infernet.Variables["INFERNET_RPC_URLS"] = "http://127.0.0.1:1";
        await RefusedAsync(6, "rpc_urls", ["wallet", "balance", Somebody]);
    }

    private async Task<string> CreateAsync()
    {
        InfernetProcess.Outcome made = await _infernet.RunAsync(["wallet", "create", "--json"]);
        Assert.That(made.ExitCode, Is.Zero, made.Error);
        return AddressOf(made);
    }

    private async Task<string> AddressAsync() => AddressOf(await _infernet.RunAsync(["wallet", "show", "--json"]));

    private static string AddressOf(InfernetProcess.Outcome outcome) =>
        JsonDocument.Parse(outcome.Output).RootElement.GetProperty("address").GetString()!;

    private async Task RefusedAsync(int exitCode, string says, string[] command)
    {
        InfernetProcess.Outcome outcome = await _infernet.RunAsync(command);
        Assert.That(outcome.ExitCode, Is.EqualTo(exitCode), outcome.Error);
        Assert.That(outcome.Error, Does.Contain(says));
    }
}
