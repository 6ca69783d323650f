namespace Infernet.Functional.Tests.Swarm;

/// <summary>
/// A submitter that computes nothing itself and providers that joined through it: the first publishes the shipped
/// model, the others fetch it from the swarm.
/// </summary>
internal sealed class TestSwarm : IAsyncDisposable
{
    public required SwarmNode Submitter { get; init; }

    public required IReadOnlyList<SwarmNode> Providers { get; init; }

    /// <summary>The CID under which the first provider published the model.</summary>
    public required string Model { get; init; }

    public required string Folder { get; init; }

    public static Task<TestSwarm> StartAsync(int providers) =>
        StartAsync(Directory.CreateTempSubdirectory("infernet-").FullName, providers, _ => Task.CompletedTask);

    /// <summary>Starts it in a folder; each node's home is prepared before the node starts.</summary>
    public static async Task<TestSwarm> StartAsync(string folder, int providers, Func<SwarmNode, Task> prepare)
    {
        var submitter = new SwarmNode(Path.Combine(folder, "submitter"), null, "--no-serve");
        await prepare(submitter);
        await submitter.StartAsync();
        var others = new List<SwarmNode>();
        for (int i = 0; i < providers; i++)
        {
            var provider = new SwarmNode(Path.Combine(folder, $"provider-{i}"), submitter.Address, "--threads", "1");
            await prepare(provider);
            await provider.StartAsync();
            others.Add(provider);
        }

        CommandResult added = await others[0].RunAsync("model", "add", Repository.Model, "--alias", "wordnet", "--json");
        string cid = added.Succeeded().JsonLines[^1].GetProperty("model").GetProperty("cid").GetString()!;
        foreach (SwarmNode provider in others.Skip(1))
        {
            (await provider.RunAsync("model", "pull", cid, "--alias", "wordnet")).Succeeded();
        }

        return new TestSwarm { Submitter = submitter, Providers = others, Model = cid, Folder = folder };
    }

    /// <summary>Adds a provider that serves the model; it is the caller's.</summary>
    public async Task<SwarmNode> JoinAsync(string name, params string[] flags)
    {
        var provider = new SwarmNode(
            Path.Combine(Folder, name), Submitter.Address, ["--threads", "1", .. flags]);
        await provider.StartAsync();
        (await provider.RunAsync("model", "pull", Model, "--alias", "wordnet")).Succeeded();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SwarmNode node in (SwarmNode[])[.. Providers, Submitter])
        {
            await node.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
