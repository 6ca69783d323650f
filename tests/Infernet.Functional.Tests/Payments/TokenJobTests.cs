using System.Text.Json;
using Infernet.Core.Payments;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>Whole jobs that are paid in a token, to its smallest unit, also where engine time has a price.</summary>
public class TokenJobTests
{
    private const ulong Input = 500_000;
    private const ulong Output = 1_000_000;
    private TokenSwarm _swarm = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _swarm = await TokenSwarm.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _swarm.DisposeAsync();

    // An engine hour for 3.6 tokens: a millisecond costs a unit.
    [TestCase("0", 0ul)]
    [TestCase("3.6", 3_600_000ul)]
    public async Task Job_PaidInATokenOfSixDecimals_MovesWhatItsReceiptsComeTo(string hour, ulong units)
    {
        (await _swarm.Provider.RunAsync("price", "set", "--engine-hour", hour == "0" ? hour : _swarm.Amount(hour)))
            .Succeeded();
        long[] before = await _swarm.BalancesAsync();
        JsonElement earnedBefore = await PaidSwarm.EarningsAsync(_swarm.Provider);

        JsonElement job = (await AskAsync(_swarm.Payer, _swarm.Provider, _swarm.Amount("0.5"))).Succeeded().JsonLines[^1];

        var prices = new Prices { InputPerMillionTokens = Input, OutputPerMillionTokens = Output, EnginePerHour = units };
        long expected = (await PaidSwarm.ReceiptsAsync(_swarm.Payer, job)).Sum(r => (long)prices.CostOf(r));
        Assert.That(job.GetProperty("state").GetString(), Is.EqualTo("done"), job.ToString());
        Assert.That(Number(job.GetProperty("payment"), "paid"), Is.EqualTo(expected).And.GreaterThan(0));

        JsonElement[] channels = await PaidSwarm.ChannelsAsync(_swarm.Payer);
        Assert.That(channels.Select(c => c.GetProperty("decimals").GetInt32()), Is.All.EqualTo(6));
        await PaidSwarm.CloseAllAsync(_swarm.Payer, [_swarm.Provider]);
        JsonElement earned = await PaidSwarm.EarningsAsync(_swarm.Provider);
        long Gained(string name) => Number(earned, name) - Number(earnedBefore, name);
        long[] moved = [.. (await _swarm.BalancesAsync()).Zip(before, (now, then) => now - then)];
        Assert.That(moved[0], Is.EqualTo(-expected), "the payer, with its deposit back");
        Assert.That(moved[1], Is.EqualTo(Gained("received")), "the provider");
        Assert.That(moved[2] + moved[3], Is.EqualTo(Gained("protocol_fees")), "treasury and platform");
        // 15 % rounded down to the unit, and two thirds of that.
        long fees = expected * 15 / 100;
        Assert.That((moved[2], moved[3]), Is.EqualTo((fees * 2 / 3, fees - (fees * 2 / 3))));
        Assert.That(moved.Sum(), Is.Zero);
        Assert.That(
            Number(earned.GetProperty("total"), "earned") - Number(earnedBefore.GetProperty("total"), "earned"),
            Is.EqualTo(expected), "both sides compute the same");
    }

    [Test]
    public async Task Job_OfAPayerOfAnotherMint_IsToldSoAndPaysNothing()
    {
        CommandResult sol = await AskAsync(PaidSwarm.Submitter, _swarm.Provider, "0.1 SOL");
        CommandResult token = await AskAsync(_swarm.Payer, PaidSwarm.Providers[0], _swarm.Amount("0.1"));
        CommandResult mixed = await AskAsync(_swarm.Payer, _swarm.Provider, "0.1 SOL");

        Assert.That((int[])[sol.ExitCode, token.ExitCode, mixed.ExitCode], Has.None.Zero);
        Assert.That(sol.Error, Does.Contain($"is paid in {_swarm.Mint}; this node pays in SOL"));
        Assert.That(token.Error, Does.Contain($"is paid in SOL; this node pays in {_swarm.Mint}"));
        Assert.That(mixed.Error, Does.Contain("amounts here are in"));
        Assert.That(await PaidSwarm.ChannelsAsync(_swarm.Payer), Is.Empty);
    }

    private static async Task<CommandResult> AskAsync(SwarmNode payer, SwarmNode provider, string budget) =>
        await payer.RunAsync(
        [
            "job", "submit", "--model", "wordnet", "--input", await PaidSwarm.QuestionsAsync(40), "--max-tokens", "96",
            "--budget", budget, "--deadline", "60s", "--json", "--peer", provider.PeerId,
        ]);

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
