using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Daemon.Tests.Payments;

/// <summary>Tests of a paying node's half over one ledger for all of them, with a new wallet and journal for each.</summary>
/// <param name="tokens">Whether everything is paid in a token.</param>
/// <param name="change">Other options than the bench's own.</param>
public abstract class PaymentFixture(bool tokens, Func<ChainOptions, ChainOptions>? change = null)
{
    private protected readonly bool _tokens = tokens;
    private protected SettlementChain _chain = null!;
    private protected PaymentBench _bench = null!;

    [OneTimeSetUp]
    public async Task StartLedger() => _chain = await SettlementChain.StartAsync(_tokens);

    [OneTimeTearDown]
    public async Task StopLedger() => await _chain.DisposeAsync();

    [SetUp]
    public async Task OpenBench() => _bench = await PaymentBench.StartAsync(_chain, change);

    [TearDown]
    public async Task CloseBench() => await _bench.DisposeAsync();
}
