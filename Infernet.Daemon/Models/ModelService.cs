using Infernet.Core.Api;

namespace Infernet.Daemon.Models;

/// <summary>The models of this node: in the store, loaded, and offered to others.</summary>
public sealed class ModelService
{
    /// <summary>Chunks a file into the store; then loads and announces it if asked to.</summary>
    public IAsyncEnumerable<ModelProgress> AddAsync(AddModelRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Fetches a model from the peers that have it; goes on where an earlier fetch stopped.</summary>
    public IAsyncEnumerable<ModelProgress> PullAsync(PullModelRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public IReadOnlyList<ModelStatus> List() => throw new NotImplementedException();

    /// <summary>Stops serving a model and deletes it from the store.</summary>
    /// <exception cref="ApiException">There is no such model, or several.</exception>
    public Task<ModelStatus> RemoveAsync(string model, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
