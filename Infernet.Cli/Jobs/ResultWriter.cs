using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary>
/// Writes results in the order in which they come. As JSON: one object a line, exact. As text: one line for each input,
/// with the line breaks inside an output shown as <c>\n</c>; a job of one input gives its output as it is.
/// </summary>
internal sealed class ResultWriter(TextWriter output, Ink ink, bool json, bool single)
{
    /// <summary>How many were written.</summary>
    public int Count { get; private set; }

    /// <summary>Hashes of the receipts that the written answers rest on.</summary>
    public HashSet<string> Receipts { get; } = [];

    /// <summary>Answers on which the policy did not deliver: they are disputed, or their audit could not be held.</summary>
    public int Doubtful { get; private set; }

    public void Write(JobResult result)
    {
        Count++;
        Doubtful += result.Verification is { State: "disputed" } or { Missed: true } ? 1 : 0;
        if (result.Error is null)
        {
            Receipts.Add(result.Receipt);
        }

        output.WriteLine(json ? JsonLine.Of(result, ApiJson.Default.JobResult) : Text(result));
    }

    private string Text(JobResult result)
    {
        string text = result.Error is { } error
            ? $"error: {error}"
            : result.Output ?? JsonLine.Of(result.Embedding ?? [], ApiJson.Default.IReadOnlyListSingle);
        return ink.Safe(single ? text : text.ReplaceLineEndings(@"\n"));
    }
}
