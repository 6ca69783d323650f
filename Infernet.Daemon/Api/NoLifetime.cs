using Microsoft.Extensions.Hosting;

namespace Infernet.Daemon.Api;

/// <summary>Leaves the process's signals to the process: the node decides when it stops, not its web server.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
