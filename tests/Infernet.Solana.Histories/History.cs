using Infernet.Solana.Histories.Chain;
using Infernet.Solana.Histories.Model;
using Infernet.Solana.Settlement;

namespace Infernet.Solana.Histories;

/// <summary>
/// One random history of everything at once, in the real runtime and in the model: each instruction does what the model
/// says, hostile ones do nothing, every balance agrees, and in the end all of the money is out again.
/// </summary>
public sealed class History
{
    private const int AuditEvery = 1000;
    private const int HostileOneIn = 8;
    private const int DrainRounds = 2;

    // Longer than any contract of a history, with every delay.
    private const long LongAfter = 30_000;

    private readonly World _world;
    private readonly Runner _runner;
    private readonly IContracts[] _kinds;
    private readonly Gifts _gifts;
    private readonly Hostility _hostility;

    private History(World world, Runner runner)
    {
        (_world, _runner) = (world, runner);
        _kinds =
        [
            new Channels(world), new Channels(world), new Escrows(world), new Leases(world), new Stakes(world),
            new Configurations(world),
        ];
        (_gifts, _hostility) = (new Gifts(world), new Hostility(world));
    }

    /// <summary>Begins the ledger anew and runs so many instructions on it; adds to the facts.</summary>
    /// <exception cref="HistoryException">The program and the model disagree; the message says where.</exception>
    public static async Task RunAsync(
        LocalLedger ledger, int seed, int instructions, HistoryFacts facts, CancellationToken cancellation)
    {
        await ledger.BeginAnewAsync(cancellation).ConfigureAwait(false);
        World world = await Founding.FoundAsync(ledger, new Random(seed), cancellation).ConfigureAwait(false);
        var runner = new Runner(ledger, world, facts, cancellation);
        try
        {
            var history = new History(world, runner);
            await history.RunAsync(instructions).ConfigureAwait(false);
            await history.DrainAsync().ConfigureAwait(false);
        }
        catch (HistoryException broken)
        {
            throw new HistoryException($"seed {seed}: {broken.Message}");
        }
    }

    private async Task RunAsync(int instructions)
    {
        Random random = _world.Random;
        for (int i = 0; i < instructions; i++)
        {
            if (random.Next(4) == 0)
            {
                bool jump = random.Next(200) == 0;
                await _runner.AdvanceAsync(
                    random.Next(0, jump ? 20_000 : 1500), random.Next(0, jump ? 1000 : 60)).ConfigureAwait(false);
            }

            if (random.Next(20) == 0 && _gifts.Next() is { } gift)
            {
                await _runner.RunAsync(gift).ConfigureAwait(false);
            }

            // The configuration changes seldom, or no contract would know it as it was.
            int kind = random.Next(10 * _kinds.Length);
            await StepAsync(_kinds[kind == 0 ? ^1 : kind % (_kinds.Length - 1)].Next()).ConfigureAwait(false);
            if (i % AuditEvery == AuditEvery - 1)
            {
                await _runner.AuditAsync().ConfigureAwait(false);
            }
        }

        await _runner.AuditAsync().ConfigureAwait(false);
    }

    private async Task StepAsync(Step step)
    {
        if (_world.Random.Next(HostileOneIn) == 0 && _hostility.Replay() is { } replay)
        {
            await _runner.TryAsync(replay, null).ConfigureAwait(false);
        }

        // Whom the authority makes treasury is its own business; that nobody else can, the model tries anyway.
        if (step.Expected == SettlementError.None && step.Name != "configure" && _world.Random.Next(HostileOneIn) == 0
            && await _runner.TryAsync(_hostility.Spoil(step), step).ConfigureAwait(false))
        {
            return;
        }

        await _runner.RunAsync(step).ConfigureAwait(false);
        if (step.Expected == SettlementError.None)
        {
            _hostility.Remember(step);
        }
    }

    private async Task DrainAsync()
    {
        for (int round = 0; round < DrainRounds; round++)
        {
            await _runner.AdvanceAsync(LongAfter, 1000).ConfigureAwait(false);
            foreach (Step step in _kinds.SelectMany(k => k.Drain(round)).ToArray())
            {
                if (step.Expected != SettlementError.None)
                {
                    throw new HistoryException($"{step.Name} gives nothing back at the end: {step.Expected}");
                }

                await _runner.RunAsync(step).ConfigureAwait(false);
            }
        }

        await _runner.AuditAsync().ConfigureAwait(false);
        await _runner.IsEmptyAsync().ConfigureAwait(false);
    }
}
