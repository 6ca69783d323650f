using Infernet.Cli.Commands;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Models;

/// <summary>
/// Follows a model being added or fetched: a bar on a terminal, otherwise a line for each stage and one a second, or
/// with --json every report as it comes. The model's CID goes to standard output.
/// </summary>
internal static class ModelProgressView
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(1);

    public static async Task<int> FollowAsync(
        CommandContext context, string path, HttpContent body, CancellationToken cancellationToken)
    {
        Terminal terminal = context.Terminal;
        var block = new LiveBlock(terminal.Error, terminal.ErrorInk, terminal.Width);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        ModelProgress? last = null;
        string stage = "";
        long began = context.Time.GetTimestamp();
        long said = began;
        try
        {
            await foreach (ModelProgress progress in context.Api.StreamAsync(
                request, ApiJson.Default.ModelProgress, cancellationToken))
            {
                last = progress;
                if (context.Json)
                {
                    context.WriteJson(progress, ApiJson.Default.ModelProgress);
                    terminal.Out.Flush();
                }
                else if (block.IsShown)
                {
                    block.Draw([Bar(progress, terminal.ErrorInk, context.Time.GetElapsedTime(began))]);
                }
                else if (progress.Stage != stage || context.Time.GetElapsedTime(said) >= LineInterval)
                {
                    terminal.Error.WriteLine(Line(progress));
                    (stage, said) = (progress.Stage, context.Time.GetTimestamp());
                }
            }
        }
        finally
        {
            block.Clear();
        }

        return Finish(context, last);
    }

    private static int Finish(CommandContext context, ModelProgress? last)
    {
        if (last?.Error is { } error)
        {
            if (!context.Json)
            {
                ErrorReport.Write(context.Terminal, error, json: false);
            }

            return ExitCode.For(error);
        }

        if (last?.Model is not { } model)
        {
            throw new ApiException("internal", "The node broke off before it was done; its log says more.");
        }

        if (!context.Json)
        {
            string size = $"{Units.Bytes(model.SizeBytes)}, {model.State}";
            context.Terminal.Error.WriteLine($"{context.Terminal.ErrorInk.Safe(model.Alias)}: {size}");
            context.Terminal.Out.WriteLine(model.Cid);
        }

        return ExitCode.Done;
    }

    private static string Bar(ModelProgress progress, Ink ink, TimeSpan elapsed)
    {
        const int barWidth = 24;
        string stage = progress.Stage.PadRight(9);
        if (progress.TotalBytes <= 0)
        {
            return $"{stage} {ink.Dim(Units.Duration(elapsed))}{Peers(progress)}";
        }

        return $"{stage} {ink.Cyan(Units.Bar(progress.DoneBytes, progress.TotalBytes, barWidth))} "
            + $"{Units.Percent(progress.DoneBytes, progress.TotalBytes),3} %  "
            + $"{Units.Bytes(progress.DoneBytes)} of {Units.Bytes(progress.TotalBytes)}{Peers(progress)}";
    }

    private static string Line(ModelProgress progress) => progress.TotalBytes <= 0
        ? progress.Stage
        : $"{progress.Stage} {Units.Percent(progress.DoneBytes, progress.TotalBytes)} % "
            + $"of {Units.Bytes(progress.TotalBytes)}{Peers(progress)}";

    private static string Peers(ModelProgress progress) => progress.Peers switch
    {
        0 => "",
        1 => ", 1 peer",
        int peers => $", {peers} peers",
    };
}
