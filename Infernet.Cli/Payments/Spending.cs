using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Payments;

/// <summary>
/// The course of every command that spends: the node says what it takes and signs nothing, the user agrees, the node does
/// it.
/// </summary>
internal static class Spending
{
    public static Option<bool> DryRun { get; } = new("--dry-run")
    {
        Description = "Only say what it would take.",
    };

    /// <summary>Posts the request twice; between the two somebody has to agree.</summary>
    /// <param name="context">The command.</param>
    /// <param name="path">The endpoint.</param>
    /// <param name="request">The request, dry or not.</param>
    /// <param name="requestType">Its JSON.</param>
    /// <param name="changeType">The answer's JSON.</param>
    /// <param name="spendOf">What the answer says of the cost.</param>
    /// <param name="report">Shows what was done to people.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync<TRequest, TChange>(
        CommandContext context, string path, Func<bool, TRequest> request, JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TChange> changeType, Func<TChange, SpendView> spendOf, Action<TChange> report,
        CancellationToken cancellationToken)
    {
        TChange asked = await PostAsync(dryRun: true);
        string takes = SpendText.Before(spendOf(asked));
        if (context.Value(DryRun))
        {
            return Finish(asked, takes, _ => { });
        }

        if (!Confirmation.Ask(context, takes))
        {
            return ExitCode.Interrupted;
        }

        TChange done = await PostAsync(dryRun: false);
        return Finish(done, SpendText.After(spendOf(done)), report);

        Task<TChange> PostAsync(bool dryRun) => context.Api.PostAsync(
            path, ApiRequest.Json(request(dryRun), requestType), changeType, cancellationToken);

        int Finish(TChange change, string said, Action<TChange> show)
        {
            if (context.Json)
            {
                context.WriteJson(change, changeType);
                return ExitCode.Done;
            }

            context.Terminal.Error.WriteLine(said);
            show(change);
            return ExitCode.Done;
        }
    }
}
