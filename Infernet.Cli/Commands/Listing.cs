using System.Text.Json.Serialization.Metadata;

namespace Infernet.Cli.Commands;

/// <summary>What every command does that lists something: fetches it, and writes it as JSON, as rows, or as a sentence.</summary>
internal static class Listing
{
    /// <param name="context">The command.</param>
    /// <param name="path">The endpoint.</param>
    /// <param name="type">The answer's JSON.</param>
    /// <param name="whenNone">Says that there is none, and what to do about it.</param>
    /// <param name="write">Shows them to people.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="choose">Which of them are wanted; all without it.</param>
    public static async Task<int> RunAsync<T>(
        CommandContext context, string path, JsonTypeInfo<IReadOnlyList<T>> type, string whenNone,
        Action<IReadOnlyList<T>> write, CancellationToken cancellationToken, Func<T, bool>? choose = null)
    {
        (IReadOnlyList<T> all, string? leftOut) = await context.Api.GetListAsync(path, type, cancellationToken);
        IReadOnlyList<T> chosen = choose is null ? all : [.. all.Where(choose)];
        if (context.Json)
        {
            context.WriteJson(chosen, type);
        }
        else if (chosen.Count == 0)
        {
            context.Terminal.Out.WriteLine(whenNone);
        }
        else
        {
            write(chosen);
        }

        if (leftOut is not null)
        {
            context.Terminal.Error.WriteLine(context.Terminal.ErrorInk.Safe(leftOut));
        }

        return ExitCode.Done;
    }
}
