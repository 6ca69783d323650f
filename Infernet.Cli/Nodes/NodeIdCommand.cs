using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Configuration;

namespace Infernet.Cli.Nodes;

/// <summary><c>infernet node id</c>: who this home's node is, whether or not it runs.</summary>
internal static class NodeIdCommand
{
    public static Command Create() => new CliCommand(
        "id",
        "Show this node's peer id, and its key as committees name it; makes the identity if there is none yet.",
        "infernet node id",
        "infernet node id --json | jq -r .peer_id")
        .Runs((context, _) => Task.FromResult(Show(context)));

    private static int Show(CommandContext context)
    {
        context.Home.Create();
        NodeIdentity identity;
        try
        {
            identity = KeyFile.LoadOrCreate(
                context.Home.IdentityFile, context.Configuration().Get(Settings.IdentityPassphrase));
        }
        catch (KeyFileException unusable)
        {
            throw new ApiException(new ApiError { Code = "invalid", Message = unusable.Message }, unusable);
        }

        var id = new NodeId(identity.Id.ToString(), Base58.Encode(identity.PublicKey));
        if (context.Json)
        {
            context.WriteJson(id, CliJson.Default.NodeId);
            return ExitCode.Done;
        }

        context.Terminal.Out.WriteLine($"peer id  {context.Terminal.OutInk.Bold(id.PeerId)}");
        context.Terminal.Out.WriteLine($"key      {id.Key}");
        return ExitCode.Done;
    }
}
