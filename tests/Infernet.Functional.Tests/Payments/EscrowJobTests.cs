using System.Text.Json;
using Infernet.Functional.Tests.Swarm;

namespace Infernet.Functional.Tests.Payments;

/// <summary>Jobs that are paid by escrows from the command line: paid token by token, released by nodes, to the lamport.</summary>
public class EscrowJobTests
{
    private EscrowSwarm _swarm = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _swarm = await EscrowSwarm.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _swarm.DisposeAsync();

    [Test]
    public async Task Job_PaidByAnEscrow_IsReleasedByTwoOfThreeAndTheRestComesBack()
    {
        const int questions = 40;
        (long everything, long[] before) = (await _swarm.EverythingAsync(), await _swarm.BalancesAsync());
        await _swarm.Members[1].DisposeAsync();

        JsonElement[] lines = (await _swarm.Payer.RunAsync(
            [.. Job, "--input", await PaidSwarm.QuestionsAsync(questions), "--json"])).Succeeded().JsonLines;

        JsonElement job = lines[^1];
        JsonElement payment = job.GetProperty("payment");
        long paid = payment.GetProperty("paid").GetInt64();
        Assert.That(
            lines[..^1].Select(l => l.GetProperty("output").GetString()),
            Is.EqualTo(Repository.ExpectedAnswers.Take(questions)));
        Assert.That(payment.GetProperty("by").GetString(), Is.EqualTo("escrows"));
        Assert.That(
            (await PaidSwarm.ReceiptsAsync(_swarm.Payer, job)).Sum(r => (long)PaidSwarm.Prices.CostOf(r)),
            Is.EqualTo(paid).And.GreaterThan(0));
        JsonElement escrow = (await _swarm.EscrowsAsync(job.GetProperty("id").GetString()!)).Single();
        Assert.That(escrow.GetProperty("promised").GetInt64(), Is.EqualTo(paid));
        Assert.That(escrow.GetProperty("state").GetString(), Is.EqualTo("open"));
        Assert.That(await PaidSwarm.ChannelsAsync(_swarm.Payer), Is.Empty);
        Assert.That(
            (await _swarm.Payer.RunAsync("job", "show", job.GetProperty("id").GetString()!)).Succeeded().Output,
            Does.Contain("by escrows"));

        JsonElement settled = (await _swarm.SettleAsync()).Single();

        long[] moved = [.. (await _swarm.BalancesAsync()).Zip(before, (now, then) => now - then)];
        long fee = settled.GetProperty("network_fee").GetInt64();
        Assert.That(settled.GetProperty("channel").GetString(), Is.EqualTo(escrow.GetProperty("address").GetString()));
        Assert.That(-moved[0], Is.InRange(paid + 5_000, paid + 60_000), "the payer: what it promised, and a fee");
        Assert.That(moved[1], Is.EqualTo(paid - (paid * 15 / 100) - fee), "the provider");
        Assert.That(moved[2] + moved[3], Is.EqualTo(paid * 15 / 100), "treasury and platform");
        Assert.That(await _swarm.EverythingAsync(), Is.EqualTo(everything));
        Assert.That(
            (await _swarm.EscrowsAsync(job.GetProperty("id").GetString()!)).Single().GetProperty("state").GetString(),
            Is.EqualTo("closed"));
        await _swarm.Members[1].StartAsync();
    }

    [Test]
    public async Task Payer_KilledInTheMiddle_GetsTheRestWithoutDoingAnything_AndGoesOnByAnotherEscrow()
    {
        const int questions = 60;
        long everything = await _swarm.EverythingAsync();
        string id = (await _swarm.Payer.RunAsync(
            [.. Job, "--input", await PaidSwarm.QuestionsAsync(questions), "--shard-size", "2", "--detach", "--json"])).Succeeded().Json
            .GetProperty("id").GetString()!;
        await PaidSwarm.WaitForAnswersAsync(_swarm.Payer, id, 20);
        await _swarm.Payer.KillAsync();

        // The owner does not wait for what the killed one may still owe.
        await _swarm.SettleAsync();
        await _swarm.Payer.StartAsync();
        JsonElement job = await PaidSwarm.EndOfAsync(_swarm.Payer, id);

        Assert.That(job.GetProperty("done_items").GetInt32(), Is.EqualTo(questions), job.ToString());
        await _swarm.SettleAsync();
        JsonElement[] escrows = await _swarm.EscrowsAsync(id);
        Assert.That(escrows.Select(e => e.GetProperty("state").GetString()), Is.All.EqualTo("closed"));
        Assert.That(escrows, Has.Length.EqualTo(2));
        Assert.That(await _swarm.EverythingAsync(), Is.EqualTo(everything), "no lamport stayed anywhere");
    }

    [Test]
    public async Task Node_ThatDoesNotPay_RefusesTheFlag()
    {
        CommandResult refused = await PaidSwarm.Free.RunAsync([.. Job, "--prompt", "x"]);
        Assert.That(refused.ExitCode, Is.EqualTo(6));
        Assert.That(refused.Error, Does.Contain("paid by an escrow").And.Contain("payments are off"));
    }

    private static string[] Job =>
        ["job", "submit", "--model", "wordnet", "--max-tokens", "96", "--verify", "none", "--escrow"];
}
