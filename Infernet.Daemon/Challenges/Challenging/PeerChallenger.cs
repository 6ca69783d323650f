using System.Collections.Concurrent;
using System.Security.Cryptography;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Daemon.Journal;
using Infernet.Execution.Challenges;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>Challenges peers, one at a time, and remembers what came out.</summary>
internal sealed class PeerChallenger : IDisposable
{
    private const int MaxRemembered = 1_000;
    private const string Passed = "passed";

    private readonly Libp2pHost _host;
    private readonly AdvertService _adverts;
    private readonly ChallengeTable _table;
    private readonly ChallengerOptions _options;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(PeerId Peer, string Kernel), ChallengeRecord> _made = new();
    private readonly SemaphoreSlim _one = new(1);

    public PeerChallenger(
        Libp2pHost host, AdvertService adverts, ChallengeTable table, ChallengerOptions options, TimeProvider time)
    {
        (_host, _adverts, _table, _options, _time) = (host, adverts, table, options, time);
        foreach (ChallengeRecord record in table.Made(MaxRemembered))
        {
            _made.TryAdd((record.Peer, record.Kernel), record);
        }
    }

    /// <summary>What this node measured of a peer last; null if nothing that is still young enough.</summary>
    public double? RateOf(PeerId peer, string kernel) =>
        LastOf(peer, kernel) is { Rate: > 0 } record ? record.Rate : null;

    /// <summary>Whether a peer passed this node's last challenge; one that did not has its next turn soon.</summary>
    public bool HasPassed(PeerId peer, string kernel) => LastOf(peer, kernel) is { Verdict: Passed };

    /// <summary>Challenges a peer now; without a size one is chosen.</summary>
    /// <exception cref="ApiException">It can't be reached, declines, or the size can't be.</exception>
    public async Task<ChallengeReport> ChallengeAsync(
        PeerId peer, string kernel, long? size, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            VerifiedAdvert advert = await _adverts.RefreshAsync(peer, cancellationToken).ConfigureAwait(false)
                ?? throw Unreachable(peer, "it gives no advert");
            TimeSpan roundTrip = await PingAsync(peer, cancellationToken).ConfigureAwait(false);
            ChallengePlan plan = ChallengePlan.For(kernel, size, advert.Contents.Hardware, roundTrip, _options);
            ChallengeOutcome outcome = await RunAsync(peer, plan, roundTrip, cancellationToken).ConfigureAwait(false);
            if (outcome is { Verdict: ChallengeVerdict.Declined, LargestSize: > 0 and var most }
                && size is null && most < plan.Shape.Size)
            {
                plan = plan with { Shape = plan.Shape with { Size = most } };
                outcome = await RunAsync(peer, plan, roundTrip, cancellationToken).ConfigureAwait(false);
            }

            return await RememberAsync(peer, plan, outcome, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private ChallengeRecord? LastOf(PeerId peer, string kernel) =>
        _made.TryGetValue((peer, kernel), out ChallengeRecord? record)
            && record.At > _time.GetUtcNow() - ResultEnvelope.MaxAge
            ? record
            : null;

    // The shortest ping: what the network can do when nothing is in its way.
    private async Task<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            TimeSpan shortest = TimeSpan.MaxValue;
            for (int i = 0; i < _options.Pings; i++)
            {
                TimeSpan taken = await _host.PingAsync(peer, linked.Token).ConfigureAwait(false);
                shortest = taken < shortest ? taken : shortest;
            }

            return shortest;
        }
        catch (Exception failed) when (IsOfThePeer(failed, cancellationToken))
        {
            throw Unreachable(peer, failed.Message);
        }
    }

    private async Task<ChallengeOutcome> RunAsync(
        PeerId peer, ChallengePlan plan, TimeSpan roundTrip, CancellationToken cancellationToken)
    {
        if (ChallengeKernels.FindProblem(plan.Shape) is { } problem)
        {
            throw new ApiException("invalid", $"There is no such challenge: {problem}");
        }

        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        PeerStream stream;
        try
        {
            stream = await _host.OpenStreamAsync(peer, ChallengeProtocol.Id, linked.Token).ConfigureAwait(false);
        }
        catch (Exception failed) when (IsOfThePeer(failed, cancellationToken))
        {
            throw Unreachable(peer, failed.Message);
        }

        await using (stream)
        {
            try
            {
                return await new ChallengerDriver(
                    _host.Identity, stream, plan, roundTrip, _options,
                    () => RandomNumberGenerator.GetBytes(ChallengeKernels.SeedLength), _time)
                    .RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (IOException gone)
            {
                return new ChallengeOutcome(ChallengeVerdict.Failed, $"broke off: {gone.Message}", null);
            }
        }
    }

    private async Task<ChallengeReport> RememberAsync(
        PeerId peer, ChallengePlan plan, ChallengeOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Verdict == ChallengeVerdict.Declined)
        {
            throw new ApiException("unsuitable", $"{peer} was not measured, it declined: {outcome.Reason}");
        }

#pragma warning disable CA1308 // The API's words are in lower case.
        string verdict = outcome.Verdict.ToString().ToLowerInvariant();
#pragma warning restore CA1308
        var record = new ChallengeRecord(
            peer, plan.Shape.Kernel, plan.Shape.Size, outcome.Measurement?.Rate ?? 0, verdict, outcome.Reason,
            _time.GetUtcNow());
        await _table.AddMadeAsync(record, MaxRemembered, cancellationToken).ConfigureAwait(false);
        _made[(peer, plan.Shape.Kernel)] = record;
        return new ChallengeReport
        {
            PeerId = peer.ToString(),
            Kernel = plan.Shape.Kernel,
            Device = ChallengeKernels.Cpu,
            Size = plan.Shape.Size,
            Verdict = verdict,
            Reason = outcome.Reason.Length > 0 ? outcome.Reason : null,
            Rate = outcome.Measurement?.Rate,
            ClaimedRate = plan.Claim > 0 ? plan.Claim : null,
            WallMs = outcome.Measurement?.Wall.TotalMilliseconds,
            RoundTripMs = outcome.Measurement?.RoundTrip.TotalMilliseconds,
            MeasuredAt = record.At,
        };
    }

    private static bool IsOfThePeer(Exception failed, CancellationToken cancellationToken) =>
        failed is IOException or TimeoutException
        || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static ApiException Unreachable(PeerId peer, string reason) =>
        new("unreachable", $"{peer} can't be challenged: {reason}");
}
