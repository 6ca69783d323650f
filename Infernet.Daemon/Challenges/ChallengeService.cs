using System.Collections.Concurrent;
using System.Security.Cryptography;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Challenges.Challenging;
using Infernet.Daemon.Challenges.Proving;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Daemon.Journal;
using Infernet.Execution.Challenges;
using Infernet.Execution.Hardware;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Challenges;

/// <summary>
/// Hardware challenges, both ways: serves those of others, and from time to time draws a peer and challenges it.
/// </summary>
public sealed partial class ChallengeService : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Libp2pHost _host;
    private readonly AdvertService _adverts;
    private readonly OwnMeasurements _own;
    private readonly ChallengeOptions _options;
    private readonly Func<bool> _isBusy;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ProverGate _gate;
    private readonly PeerChallenger _challenger;
    private readonly ConcurrentDictionary<PeerId, bool> _wanted = new();
    private readonly Queue<DateTimeOffset> _drawn = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <param name="host">Speaks with the peers.</param>
    /// <param name="adverts">Says what they claim, and what this node does.</param>
    /// <param name="own">What is known of this node's speed.</param>
    /// <param name="table">Remembers results.</param>
    /// <param name="serve">Whether this node computes for others.</param>
    /// <param name="isBusy">Whether it does so at this moment.</param>
    /// <param name="options">How often, how much.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where outcomes go.</param>
    internal ChallengeService(
        Libp2pHost host, AdvertService adverts, OwnMeasurements own, ChallengeTable table, bool serve,
        Func<bool> isBusy, ChallengeOptions options, TimeProvider time, ILogger log)
    {
        (_host, _adverts, _own, _isBusy) = (host, adverts, own, isBusy);
        (_options, _time, _log) = (options, time, log);
        _gate = new ProverGate(options.Proving, isBusy, () => own.Claim, HardwareProbe.AvailableMemory);
        _challenger = new PeerChallenger(host, adverts, table, options.Challenging, time);
        if (serve)
        {
            var prover = new ProverService(
                host.Id, own, _gate, options.Proving, isBusy, adverts.Touch, time, log);
            host.Handle(ChallengeProtocol.Id, prover.ServeAsync);
        }

        _running = RunAsync(serve, _stopping.Token);
    }

    /// <summary>What this node measured of a peer last; null if nothing that is still young enough.</summary>
    internal double? RateOf(PeerId peer) => _challenger.RateOf(peer, ChallengeKernels.MatrixProduct);

    /// <summary>A large job is about to use these peers: their turn comes sooner.</summary>
    internal void Want(IEnumerable<PeerId> peers)
    {
        foreach (PeerId peer in peers.Where(p => p != _host.Id))
        {
            if (_wanted.Count < _options.MaxWanted)
            {
                _wanted.TryAdd(peer, true);
            }
        }
    }

    /// <summary>Challenges a peer now; without a size one is chosen.</summary>
    /// <exception cref="ApiException">It can't be reached, declines, or there is no such challenge.</exception>
    public Task<ChallengeReport> ChallengeAsync(
        PeerId peer, string kernel, long? size, CancellationToken cancellationToken) =>
        _challenger.ChallengeAsync(peer, kernel, size, cancellationToken);

    /// <summary>Measures this machine, for its own advert.</summary>
    internal async Task MeasureSelfAsync(CancellationToken cancellationToken)
    {
        int lanes = Math.Max(1, _own.Cores());
        _own.Claim = await Task.Run(() => SelfMeasurement.Measure(lanes, _time, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        _adverts.Touch();
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Close();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _challenger.Dispose();
    }

    private async Task RunAsync(bool serve, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.DrawInterval, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            if (serve && _own.Claim is null && !_isBusy())
            {
                await MeasureSelfAsync(cancellationToken).ConfigureAwait(false);
            }

            if (Draw() is { } peer)
            {
                await ChallengeDrawnAsync(peer, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private PeerId? Draw()
    {
        DateTimeOffset now = _time.GetUtcNow();
        while (_drawn.TryPeek(out DateTimeOffset oldest) && oldest <= now - Hour)
        {
            _drawn.Dequeue();
        }

        if (_drawn.Count >= _options.MaxDrawnPerHour)
        {
            return null;
        }

        (PeerId, bool, bool)[] peers =
        [
            .. _host.ConnectedPeers
                .Where(p => _host.Peers.ProtocolsOf(p).Contains(ChallengeProtocol.Id))
                .Select(p => (p, _challenger.HasPassed(p, ChallengeKernels.MatrixProduct), _wanted.ContainsKey(p))),
        ];
        return ChallengeDraw.Pick(peers, _options.DrawInterval, Uniform);
    }

    private async Task ChallengeDrawnAsync(PeerId peer, CancellationToken cancellationToken)
    {
        _drawn.Enqueue(_time.GetUtcNow());
        _wanted.TryRemove(peer, out _);
        string kernel = Uniform() < _options.MemoryPart ? ChallengeKernels.MemoryWalk : ChallengeKernels.MatrixProduct;
        try
        {
            ChallengeReport report = await _challenger.ChallengeAsync(peer, kernel, null, cancellationToken)
                .ConfigureAwait(false);
            LogMeasured(peer, kernel, report.Verdict, report.Rate ?? 0, report.Reason ?? "");
        }
        catch (Exception failed) when (failed is ApiException or JournalException)
        {
            LogNotMeasured(peer, kernel, failed.Message);
        }
    }

    // Nobody can foresee the draws.
    private static double Uniform() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Challenged {Peer} with {Kernel}: {Verdict}, {Rate} a second. {Reason}")]
    private partial void LogMeasured(PeerId peer, string kernel, string verdict, double rate, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Peer} was not challenged with {Kernel}: {Reason}")]
    private partial void LogNotMeasured(PeerId peer, string kernel, string reason);
}
