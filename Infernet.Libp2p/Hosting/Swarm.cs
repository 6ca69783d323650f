using System.Net;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Upgrade;
using Infernet.Libp2p.Yamux;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.Hosting;

/// <summary>
/// The connections of a host: accepts and dials them, keeps them alive, and knows when they end. What happens on
/// them is told to the host by the three callbacks.
/// </summary>
internal sealed partial class Swarm : IAsyncDisposable
{
    private static readonly TimeSpan MaintenanceInterval = TimeSpan.FromSeconds(5);

    private readonly PeerId _local;
    private readonly HostOptions _options;
    private readonly YamuxOptions _yamux;
    private readonly Dialer _dialer;
    private readonly ConnectionTable _table;
    private readonly Acceptor _acceptor;
    private readonly ILogger _logger;
    private readonly RunningTasks _tasks = new();

    // Has no timer and no wait handle, so nothing to dispose; late callers may still ask it.
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _dialGate = new();
    private readonly Dictionary<PeerId, Task> _dials = [];
    private long _lastNumber;

    public Swarm(NodeIdentity identity, HostOptions options, ILogger logger)
    {
        _local = identity.Id;
        _options = options;
        _yamux = new YamuxOptions { MaxInboundStreams = options.MaxInboundStreamsPerConnection, Time = options.Time };
        var upgrader = new Upgrader(identity);
        _dialer = new Dialer(upgrader, options);
        _table = new ConnectionTable(
            _local, options.MaxConnections, options.IdleBeforePruned, options.Time, peer => IsProtected(peer));
        _acceptor = new Acceptor(
            upgrader, options, _tasks, (link, from) => AddAsync(link, from, isDialer: false),
            logger, _stopping.Token);
        _logger = logger;
    }

    /// <summary>Told of each new connection.</summary>
    public required Action<Connection> OnConnected { get; init; }

    /// <summary>Told of each peer whose last connection is gone.</summary>
    public required Action<PeerId> OnPeerGone { get; init; }

    /// <summary>Serves an inbound stream to its end.</summary>
    public required Func<Connection, YamuxStream, Task> ServeStreamAsync { get; init; }

    public ConnectionTable Connections => _table;

    /// <summary>Whose connections make no room for others, idle or not. Must return at once.</summary>
    public Func<PeerId, bool> IsProtected { get; set; } = _ => false;

    /// <summary>Where the sockets are bound.</summary>
    public IReadOnlyList<IPEndPoint> BoundTo => _acceptor.BoundTo;

    /// <summary>Starts work that ends with the swarm.</summary>
    public bool TryRun(Func<CancellationToken, Task> work) => _tasks.TryRun(() => work(_stopping.Token));

    /// <summary>Binds all listen addresses, then starts to accept.</summary>
    public void Start()
    {
        _acceptor.Bind(_options.ListenAddresses);
        _acceptor.Start();
        _tasks.TryRun(MaintainAsync);
    }

    /// <summary>
    /// Connects to a peer, or joins a dial to it that is under way. A dial serves all who wait for it, so one of them
    /// giving up does not end it.
    /// </summary>
    public async Task ConnectAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellationToken)
    {
        Task dial;
        lock (_dialGate)
        {
            if (_table.Find(peer) is not null)
            {
                return;
            }

            if (!_dials.TryGetValue(peer, out dial!))
            {
                var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _dials.Add(peer, dial = ended.Task);
                if (!TryRun(stopping => DialSharedAsync(peer, addresses, ended, stopping)))
                {
                    _dials.Remove(peer);
                    throw new DialException("The host is closing.");
                }
            }
        }

        await dial.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects to whoever answers at an address.</summary>
    public async Task<PeerId> ConnectAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        try
        {
            DialedLink dialed = await _dialer.DialAsync(null, [address], either.Token).ConfigureAwait(false);
            await AddAsync(dialed.Link, dialed.Address, isDialer: true).ConfigureAwait(false);
            return dialed.Link.Remote;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DialException("The host is closing.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _acceptor.Dispose();
        await Task.WhenAll(_table.Snapshot().Select(c => c.Session.CloseAsync(
            GoAwayCode.Normal, "The host is closing."))).ConfigureAwait(false);
        await _tasks.CloseAsync().ConfigureAwait(false);
    }

    private async Task DialSharedAsync(
        PeerId peer, IReadOnlyList<Multiaddr> addresses, TaskCompletionSource ended, CancellationToken stopping)
    {
        try
        {
            DialedLink dialed = await _dialer.DialAsync(peer, addresses, stopping).ConfigureAwait(false);
            await AddAsync(dialed.Link, dialed.Address, isDialer: true).ConfigureAwait(false);
            Forget(peer);
            ended.SetResult();
        }
        catch (Exception reason)
        {
            Forget(peer);
            ended.SetException(reason is OperationCanceledException ? new DialException("The host is closing.") : reason);

            // Nobody may be waiting any more; the failure was told to whoever was.
            _ = ended.Task.Exception;
        }
    }

    private void Forget(PeerId dialed)
    {
        lock (_dialGate)
        {
            _dials.Remove(dialed);
        }
    }

    private async Task AddAsync(SecureLink link, Multiaddr address, bool isDialer)
    {
        Connection? connection = null;
        var session = new YamuxSession(link, isDialer, _yamux, stream => Serve(connection!, stream));
        connection = new Connection(session, address.WithoutPeer() ?? address, isDialer)
        {
            Number = Interlocked.Increment(ref _lastNumber),
        };
        string? refusal = Admit(connection);
        if (refusal is not null)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw new DialException(refusal);
        }

        session.Start();
        if (!_tasks.TryRun(() => RunAsync(connection)))
        {
            _table.Remove(connection, out _);
            await session.DisposeAsync().ConfigureAwait(false);
            throw new DialException("The host is closing.");
        }

        OnConnected(connection);
    }

    // Null if the connection stands in the table; otherwise the reason why it does not.
    private string? Admit(Connection connection)
    {
        if (connection.Remote == _local)
        {
            return $"{connection.RemoteAddress} is this node itself.";
        }

        if (!_table.TryAdd(connection, out Connection? pruned))
        {
            return $"All {_options.MaxConnections} connections that this node allows are in use.";
        }

        if (pruned is not null)
        {
            _tasks.TryRun(() => pruned.Session.CloseAsync(GoAwayCode.Normal, "An idle connection made room."));
        }

        return null;
    }

    private async Task RunAsync(Connection connection)
    {
        // A connection that was made while the host began to close is in nobody's list of those to be closed.
        if (_stopping.IsCancellationRequested)
        {
            await connection.Session.CloseAsync(GoAwayCode.Normal, "The host is closing.").ConfigureAwait(false);
        }

        await connection.Session.Ended.ConfigureAwait(false);
        _table.Remove(connection, out bool wasLast);
        await connection.Session.DisposeAsync().ConfigureAwait(false);
        LogClosed(_logger, connection.Remote, connection.Session.CloseReason);
        if (wasLast)
        {
            OnPeerGone(connection.Remote);
        }

        connection.SetClosed();
    }

    private void Serve(Connection connection, YamuxStream stream)
    {
        if (!connection.TryBeginHandler(_options.MaxInboundStreamsPerConnection))
        {
            stream.Reset("The peer opens streams faster than their handlers end.");
        }
        else if (!_tasks.TryRun(() => ServeCountedAsync(connection, stream)))
        {
            connection.EndHandler();
            stream.Reset("The host is closing.");
        }
    }

    private async Task ServeCountedAsync(Connection connection, YamuxStream stream)
    {
        await ServeStreamAsync(connection, stream).ConfigureAwait(false);
        connection.EndHandler();
    }

    private async Task MaintainAsync()
    {
        using var timer = new PeriodicTimer(MaintenanceInterval, _options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                Maintain();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Maintain()
    {
        foreach (Connection connection in _table.Snapshot())
        {
            connection.Session.Tick();
            bool isSpare = connection.IsRetired
                && connection.Session.BusyStreamCount == 0
                && _options.Time.GetElapsedTime(connection.Session.LastActivity) >= _options.IdleBeforePruned;
            if (isSpare)
            {
                _tasks.TryRun(() => connection.Session.CloseAsync(
                    GoAwayCode.Normal, "Another connection to the same peer is in use."));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection to {Peer} closed")]
    private static partial void LogClosed(ILogger logger, PeerId peer, Exception? reason);
}
