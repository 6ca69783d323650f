using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Tests.Chain;

namespace Infernet.Solana.Tests.Settlement.Histories;

/// <summary>
/// Random histories of everything at once, in the real runtime and in a model: each step does what the model says,
/// every balance agrees, and in the end all of the money is out again.
/// </summary>
public class HistoryTests
{
    private const int Seed = 20260103;
    private const int Steps = 500;
    private const long LongAfter = 20_000;

    [TestCase(false)]
    [TestCase(true)]
    public async Task History_Random_AgreesWithTheModelAndEndsEmpty(bool tokens)
    {
        TestContext.Out.WriteLine($"seed {Seed}");
        await using SettlementChain chain = await SettlementChain.StartAsync(tokens);
        World world = await FoundAsync(chain);
        var channels = new Channels(world);
        var escrows = new Escrows(world);
        var leases = new Leases(world);
        var stakes = new Stakes(world);
        ulong total = world.Purses.Total;
        int done = 0;
        for (int i = 0; i < Steps; i++)
        {
            if (world.Random.Next(4) == 0)
            {
                await AdvanceAsync(world, world.Random.Next(0, 3000), world.Random.Next(0, 120));
            }

            Step? step = world.Random.Next(4) switch
            {
                0 => escrows.Next(),
                1 => leases.Next(),
                2 => stakes.Next(),
                _ => channels.Next(),
            };
            done += await RunAsync(world, step!, i) ? 1 : 0;
        }

        await AgreesAsync(world, "before the end");
        await AdvanceAsync(world, LongAfter, 1000);
        await RunAllAsync(world, [.. channels.Rest(), .. escrows.Rest(), .. leases.Rest(), .. stakes.AskForAll()]);
        await AdvanceAsync(world, LongAfter, 1000);
        await RunAllAsync(world, stakes.Rest());
        await AgreesAsync(world, "at the end");

        ulong outside = Public(world).Aggregate(0UL, (sum, owner) => sum + world.Purses[owner]);
        Assert.That(outside, Is.EqualTo(total), "nothing is locked, made or lost");
        Assert.That(done, Is.GreaterThan(Steps / 4), "most histories must get somewhere");
    }

    private static async Task<World> FoundAsync(SettlementChain chain)
    {
        SolanaKey[] people = [await chain.NewPersonAsync(), await chain.NewPersonAsync(), await chain.NewPersonAsync()];
        var world = new World(chain, new Random(Seed), people)
        {
            Slot = await chain.Rpc.GetSlotAsync(default),
            Supply = chain.Mint == default ? 0 : await chain.MintSupplyAsync(),
        };
        foreach (Address owner in Public(world))
        {
            world.Purses.Found(owner, owner == World.Fire ? 0 : await chain.BalanceAsync(owner));
        }

        return world;
    }

    private static IEnumerable<Address> Public(World world) =>
        [.. world.People.Select(p => p.Address), world.Chain.Config.Treasury, world.Chain.Config.Platform, World.Fire];

    private static async Task RunAllAsync(World world, IEnumerable<Step> steps)
    {
        foreach (Step step in steps)
        {
            Assert.That(step.Expected, Is.EqualTo(SettlementError.None), $"{step.Name} at the end");
            await RunAsync(world, step, Steps);
        }
    }

    private static async Task<bool> RunAsync(World world, Step step, int number)
    {
        Outcome outcome = await world.Chain.RunAsync(step.Instructions, [world.Fee, .. step.Signers]);
        SettlementError error = SettlementFailure.TryRead(outcome.Error, out SettlementFailure failure)
            ? failure.Error : SettlementError.None;
        Assert.That(error, Is.EqualTo(step.Expected), $"step {number}, {step.Name}, {outcome.Error}\n{outcome.Logs}");
        if (step.Expected != SettlementError.None)
        {
            return false;
        }

        outcome.IsDone();
        step.Apply();
        return true;
    }

    private static async Task AdvanceAsync(World world, long seconds, int slots)
    {
        await world.Chain.AdvanceAsync(seconds, slots);
        world.Slot += (ulong)slots;
    }

    private static async Task AgreesAsync(World world, string when)
    {
        foreach (Address owner in world.Purses.Owners.ToArray())
        {
            ulong real = owner == World.Fire ? await world.BurnedAsync() : await world.Chain.BalanceAsync(owner);
            Assert.That(real, Is.EqualTo(world.Purses[owner]), $"{owner} {when}");
        }
    }
}
