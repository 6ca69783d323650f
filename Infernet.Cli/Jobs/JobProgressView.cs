using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Jobs;

/// <summary>
/// Shows a running job on standard error: on a terminal a bar and a line for each provider, drawn again and again;
/// elsewhere a line for what matters and one for each tenth. A short job has one line on a terminal, and only if it takes
/// a while; elsewhere its problems are all that is said.
/// </summary>
internal sealed class JobProgressView(Terminal terminal, TimeProvider time, bool quiet, bool isShort)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private const int MaxProviderLines = 12;
    private const int MaxBarWidth = 32;
    private readonly LiveBlock _block = new(terminal.Error, terminal.ErrorInk, terminal.Width);
    private readonly long _began = time.GetTimestamp();
    private JobStatus? _last;
    private string _lastLine = "";
    private int _tenths;

    /// <summary>Whether the job's status should be fetched again and again for <see cref="Draw"/>.</summary>
    public bool IsLive => _block.IsShown && !quiet;

    public void Draw(JobStatus job)
    {
        _last = job;
        if (IsLive && !(isShort && time.GetElapsedTime(_began) < Patience))
        {
            _block.Draw([.. Lines(job)]);
        }
    }

    public void Show(JobEvent happened)
    {
        // A lost provider fails all of its shards for one reason, which need not be read more than once.
        if (quiet || Line(happened) is not { } line || line == _lastLine)
        {
            return;
        }

        _lastLine = line;
        Above(() => terminal.Error.WriteLine(terminal.ErrorInk.Safe(line)));
    }

    /// <summary>Does some writing as if the block were not there.</summary>
    public void Above(Action write)
    {
        _block.Clear();
        write();
        if (_last is not null)
        {
            Draw(_last);
        }
    }

    public void Clear()
    {
        _block.Clear();
        _last = null;
    }

    private string? Line(JobEvent happened)
    {
        switch (happened.Type)
        {
            case "provider-lost" or "provider-declined" or "shard-failed" or "receipt-rejected" or "audit-rejected"
                or "audit-disputed" or "provider-convicted" or "payment-withheld" or "payment-failed":
                return WithPeer(happened);
            case "state" or "provider-joined" or "provider-renewed" when !IsLive && !isShort:
                return WithPeer(happened);
            case "progress" or "shard-done" when !IsLive && !isShort:
                int tenths = Units.Percent(happened.DoneItems, happened.TotalItems) / 10;
                (bool reached, _tenths) = (tenths > _tenths, Math.Max(tenths, _tenths));
                return reached ? $"{happened.DoneItems} of {happened.TotalItems} done" : null;
            default:
                return null;
        }
    }

    private static string WithPeer(JobEvent happened) =>
        happened.PeerId is { } peer ? $"{Units.ShortPeer(peer)}: {happened.Message}" : happened.Message;

    private IEnumerable<string> Lines(JobStatus job)
    {
        Ink ink = terminal.ErrorInk;
        TimeSpan elapsed = time.GetElapsedTime(_began);
        double perSecond = job.CompletionTokens / Math.Max(0.1, elapsed.TotalSeconds);
        if (isShort)
        {
            yield return ink.Dim(Fit($"{job.State}  {Units.Duration(elapsed)}  {perSecond:0} tokens/s", taken: 0));
            yield break;
        }

        string counts = $"{job.DoneItems} of {job.TotalItems}  {job.State}  {Units.Duration(elapsed)}  {perSecond:0} tokens/s";
        yield return $"{ink.Cyan(Units.Bar(job.DoneItems, job.TotalItems, Bar))} "
            + Fit(counts, taken: Bar + 1);
        foreach (JobProvider provider in job.Providers.Take(MaxProviderLines))
        {
            string text = $"  {Units.ShortPeer(provider.PeerId)}  {provider.Items,6} done  {provider.Shards,4} shards  "
                + $"{provider.State}{(provider.FailedShards > 0 ? $", {provider.FailedShards} failed" : "")}";
            string fitting = Fit(text, taken: 0);
            yield return provider.State is "lost" or "declined" ? ink.Dim(fitting) : fitting;
        }

        if (job.Providers.Count > MaxProviderLines)
        {
            yield return ink.Dim($"  and {job.Providers.Count - MaxProviderLines} more");
        }
    }

    private int Bar => Math.Min(MaxBarWidth, _block.Width / 3);

    // A line that wraps would be drawn as two and erased as one.
    private string Fit(string text, int taken) => text[..Math.Min(text.Length, _block.Width - taken)];
}
