using System.Net.Sockets;
using Infernet.Core.Api;
using Infernet.Daemon.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Api;

/// <summary>
/// The node's local API: HTTP over a Unix socket that only the node's owner may open. Whoever can open it may do
/// everything; the file's mode is the whole authentication. Does not own the node: drain the server, then dispose the
/// node, then dispose the server, so that the socket is the last thing to go and its absence means "stopped".
/// </summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ApiRequests _requests;
    private readonly TaskCompletionSource _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ApiServer(WebApplication application, ApiRequests requests, string socket)
    {
        _application = application;
        _requests = requests;
        Socket = socket;
    }

    /// <summary>Path of the socket.</summary>
    public string Socket { get; }

    /// <summary>Completes when a client asked the node to stop.</summary>
    public Task StopRequested => _stopRequested.Task;

    /// <summary>Binds the socket and starts answering.</summary>
    /// <exception cref="ApiException">The path is too long, or another node answers there.</exception>
    public static async Task<ApiServer> StartAsync(
        Node node, string socket, ApiOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(options);
        await ApiSocket.PrepareAsync(socket, cancellationToken);
        WebApplication application = Build(socket, options, loggers);
        var requests = new ApiRequests();
        var server = new ApiServer(application, requests, socket);
        var errors = new ApiErrorHandler(loggers.CreateLogger<ApiErrorHandler>());
        application.Use(errors.HandleAsync);
        application.Use(requests.HandleAsync);
        application.UseRouting();
        NodeEndpoints.Map(application, node, () => server._stopRequested.TrySetResult());
        PeerEndpoints.Map(application, node);
        ModelEndpoints.Map(application, node);
        ReputationEndpoints.Map(application, node);
        JobEndpoints.Map(application, node, options);
        ContractEndpoints.Map(application, node);
        ChannelEndpoints.Map(application, node);
        EarningEndpoints.Map(application, node);
        try
        {
            await application.StartAsync(cancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return server;
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            await application.DisposeAsync();
            throw new ApiException(new ApiError
            {
                Code = "conflict",
                Message = $"The API can't listen on {socket}: {problem.Message}",
            }, problem);
        }
    }

    /// <summary>Ends open streams, waits until no request is being answered, and refuses all further ones.</summary>
    public Task DrainAsync() => _requests.DrainAsync();

    /// <summary>Drains, stops listening, and takes the socket away.</summary>
    public async ValueTask DisposeAsync()
    {
        await DrainAsync();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _requests.Dispose();
        if (File.Exists(Socket))
        {
            File.Delete(Socket);
        }
    }

    // The empty builder takes nothing from the working folder or from ASPNETCORE_ variables, which the slim one would:
    // an appsettings.json that lies about must not open another port.
    private static WebApplication Build(string socket, ApiOptions options, ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(new QuietLoggerFactory(loggers) as ILoggerFactory);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestLength;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = options.HeadersTimeout;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }
}
