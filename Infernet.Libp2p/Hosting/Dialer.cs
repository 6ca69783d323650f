using System.Net.Sockets;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Transport;
using Infernet.Libp2p.Upgrade;

namespace Infernet.Libp2p.Hosting;

/// <summary>
/// Reaches a peer at one of several addresses. They are tried in their order, the next one starting a moment after
/// the last or as soon as one fails; the first that works wins (the idea of RFC 8305).
/// </summary>
internal sealed class Dialer(Upgrader upgrader, HostOptions options)
{
    /// <summary>Addresses that one dial tries.</summary>
    private const int MaxAddresses = 16;

    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);

    /// <exception cref="DialException">Has the reason of each address.</exception>
    public async Task<DialedLink> DialAsync(
        PeerId? expected, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Queue<Multiaddr>(addresses.Take(MaxAddresses));
        var running = new List<Task<DialAttempt>>();
        var failures = new List<string>();
        while (waiting.Count > 0 || running.Count > 0)
        {
            if (waiting.TryDequeue(out Multiaddr? address))
            {
                running.Add(AttemptAsync(expected, address, stop.Token));
            }

            DialAttempt? ended = await NextAsync(running, mayStartNext: waiting.Count > 0, stop.Token)
                .ConfigureAwait(false);
            if (ended?.Link is { } link)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await DropAsync(running).ConfigureAwait(false);
                return link;
            }

            if (ended is not null)
            {
                failures.Add($"{ended.Address}: {ended.Failure}");
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new DialException($"Could not reach {expected?.ToString() ?? "the peer"}: {string.Join("; ", failures)}.");
    }

    // Null when it is time for the next address.
    private async Task<DialAttempt?> NextAsync(
        List<Task<DialAttempt>> running, bool mayStartNext, CancellationToken cancellationToken)
    {
        Task<Task<DialAttempt>> any = Task.WhenAny(running);
        if (mayStartNext)
        {
            try
            {
                await any.WaitAsync(Stagger, options.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return null;
            }
            catch (OperationCanceledException)
            {
                // The attempts see the same token and end by themselves, each with its reason.
            }
        }

        Task<DialAttempt> first = await any.ConfigureAwait(false);
        running.Remove(first);
        return await first.ConfigureAwait(false);
    }

    private async Task<DialAttempt> AttemptAsync(PeerId? expected, Multiaddr address, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(options.DialTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        Stream? link = null;
        try
        {
            Socket socket = await TcpTransport.ConnectAsync(address, either.Token).ConfigureAwait(false);
            link = new NetworkStream(socket, ownsSocket: true);
            SecureLink secured = await upgrader.DialAsync(link, expected, either.Token).ConfigureAwait(false);
            return new DialAttempt(address, new DialedLink(secured, address), null);
        }
        catch (Exception reason) when (reason is IOException or SocketException or NotSupportedException)
        {
            link?.Dispose();
            return new DialAttempt(address, null, Describe(reason, timer.IsCancellationRequested));
        }
        catch (OperationCanceledException)
        {
            link?.Dispose();
            return new DialAttempt(address, null, Describe(null, timer.IsCancellationRequested));
        }
    }

    private string Describe(Exception? reason, bool isLate) => reason switch
    {
        SocketException refused => $"TCP connect: {refused.Message}",
        UpgradeException when isLate => $"{reason.Message} ({options.DialTimeout.TotalSeconds:0.#} s)",
        null when isLate => $"TCP connect: no answer within {options.DialTimeout.TotalSeconds:0.#} s",
        null => "given up",
        _ => reason.Message,
    };

    // Attempts that lost the race may have won it in their own eyes.
    private static async Task DropAsync(List<Task<DialAttempt>> running)
    {
        foreach (DialAttempt attempt in await Task.WhenAll(running).ConfigureAwait(false))
        {
            attempt.Link?.Link.Dispose();
        }
    }
}
