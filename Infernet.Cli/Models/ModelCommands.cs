using System.CommandLine;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Models;

/// <summary><c>infernet model …</c>: the models of the node.</summary>
internal static class ModelCommands
{
    private static readonly Argument<string> File = new("FILE") { Description = "A GGUF file on this machine." };

    private static readonly Argument<string> Wanted = new("MODEL")
    {
        Description = "A CID, or the name of a model that a known peer serves.",
    };

    private static readonly Argument<string> Kept = new("MODEL") { Description = "An alias, or a CID." };

    private static readonly Option<string> Alias = new("--alias")
    {
        Description = "What to call it here (default: the file's name, or the name it has at its peers).",
        HelpName = "NAME",
    };

    private static readonly Option<bool> NoServe = new("--no-serve")
    {
        Description = "Keep it in the store without loading it and offering it to others.",
    };

    private static readonly Option<bool> Link = new("--link")
    {
        Description = "Hard-link the file into the store instead of copying it; it must not be changed afterwards.",
    };

    public static Command Create() => new CliCommand("model", "Add, fetch, list and remove models.").With(
        new CliCommand(
            "add",
            "Chunk a file into the store, load it, offer it to others, and print its CID.",
            "infernet model add llama-8b.Q8_0.gguf",
            "infernet model add --alias tiny --link /models/tiny.gguf")
            .With(File, Alias, NoServe, Link)
            .Runs(AddAsync),
        new CliCommand(
            "pull",
            "Fetch a model from the peers that have it. An interrupted fetch goes on where it stopped.",
            "infernet model pull tiny",
            "infernet model pull bafybei… --alias tiny")
            .With(Wanted, Alias, NoServe)
            .Runs(PullAsync),
        new CliCommand("list", "List the models of this node.", "infernet model list")
            .Runs(ListAsync),
        new CliCommand("remove", "Stop serving a model and delete it from the store.", "infernet model remove tiny")
            .With(Kept)
            .Runs(RemoveAsync));

    private static Task<int> AddAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(context.Value(File));
        if (!System.IO.File.Exists(path))
        {
            throw new UsageException(
                Directory.Exists(path) ? $"{path} is a folder; name a GGUF file." : $"There is no file {path}.");
        }

        HttpContent body = ApiRequest.Json(
            new AddModelRequest
            {
                Path = path,
                Alias = context.Value(Alias),
                Serve = !context.Value(NoServe),
                Link = context.Value(Link),
            },
            ApiJson.Default.AddModelRequest);
        return ModelProgressView.FollowAsync(context, "v1/models/add", body, cancellationToken);
    }

    private static Task<int> PullAsync(CommandContext context, CancellationToken cancellationToken)
    {
        HttpContent body = ApiRequest.Json(
            new PullModelRequest
            {
                Model = context.Value(Wanted),
                Alias = context.Value(Alias),
                Serve = !context.Value(NoServe),
            },
            ApiJson.Default.PullModelRequest);
        return ModelProgressView.FollowAsync(context, "v1/models/pull", body, cancellationToken);
    }

    private static Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken) => Listing.RunAsync(
        context, "v1/models", ApiJson.Default.IReadOnlyListModelStatus,
        "This node has no models. Add one with 'infernet model add FILE', or fetch one with 'infernet model pull MODEL' "
        + "('infernet peers' shows what others serve).",
        models => ModelView.Write(context.Terminal, models), cancellationToken);

    private static async Task<int> RemoveAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = $"v1/models/{Uri.EscapeDataString(context.Value(Kept))}";
        ModelStatus removed = await context.Api.DeleteAsync(path, ApiJson.Default.ModelStatus, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(removed, ApiJson.Default.ModelStatus);
        }
        else
        {
            context.Terminal.Out.WriteLine($"Removed {removed.Alias} ({removed.Cid}).");
        }

        return ExitCode.Done;
    }
}
