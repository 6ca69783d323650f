using System.Globalization;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Jobs.Matching;

/// <summary>Holds what a job needs against what nodes offer. Pure.</summary>
internal static class Matcher
{
    private const double BytesPerGib = 1L << 30;
    private const int MaxNamedModels = 3;
    private const int MaxDetails = 50;

    /// <summary>Sorts the candidates for a job on this model.</summary>
    /// <param name="requirements">What the job needs.</param>
    /// <param name="model">What it needs served.</param>
    /// <param name="terms">What it may pay; null where nobody is to be paid, and prices are of no interest.</param>
    /// <param name="candidates">Who there is.</param>
    public static Match Find(
        RequirementsSpecification requirements, Cid model, JobTerms? terms, IEnumerable<Candidate> candidates)
    {
        var suitable = new List<Candidate>();
        var unsuitable = new List<(Core.Identity.PeerId, string)>();
        foreach (Candidate candidate in candidates)
        {
            if (FindProblem(requirements, model, candidate) is { } reason
                || (reason = terms is null ? null : WhyNotPaid(candidate, model, terms)) is not null)
            {
                unsuitable.Add((candidate.Peer, reason));
            }
            else
            {
                suitable.Add(candidate);
            }
        }

        ulong usual = suitable.Select(c => PriceCheck.TypicalCost(c.Prices)).Where(cost => cost > 0)
            .DefaultIfEmpty().Min();
        return new Match(
            [.. suitable.OrderByDescending(c => ExpectedSpeed(c, model) / Dearness(c, terms, usual))], unsuitable);
    }

    private static string? WhyNotPaid(Candidate candidate, Cid model, JobTerms terms) =>
        PriceCheck.FindProblem(candidate, terms) is { } problem
            ? $"serves {candidate.Models[model].Name}, {problem}"
            : null;

    /// <summary>
    /// By how much a provider's price lets it fall behind: one that asks nothing keeps its speed, the cheapest of those
    /// that ask something counts half as fast, one that is twice as dear a third, and so on. So among equal prices the
    /// fastest come first, among equal speeds the cheapest, and to be paid twice as much one must be half again as fast.
    /// </summary>
    private static double Dearness(Candidate candidate, JobTerms? terms, ulong usual) =>
        terms is null || usual == 0 ? 1 : 1 + PriceCheck.TypicalCost(candidate.Prices) / (double)usual;

    /// <summary>The error when too few nodes are suitable; null when there are enough.</summary>
    public static ApiError? FindShortage(Match match, int requested)
    {
        if (match.Suitable.Count >= requested)
        {
            return null;
        }

        if (match.Reachable == 0)
        {
            return new ApiError
            {
                Code = "unreachable",
                Message = "No peer is known, and this node does not serve the model itself. "
                    + "Join a network with: infernet peers connect ADDRESS",
            };
        }

        string[] details =
            [.. match.Unsuitable.Take(MaxDetails).Select(u => $"{u.Peer.ToShortString()}: {u.Reason}")];
        return new ApiError
        {
            Code = "unsuitable",
            Message = $"requested {requested}, reachable {match.Reachable}, suitable {match.Suitable.Count}"
                + (details.Length > 0 ? $": {details[0]}" : "")
                + (details.Length > 1 ? $" (and {match.Unsuitable.Count - 1} more)" : ""),
            Details = details,
        };
    }

    private static string? FindProblem(RequirementsSpecification requirements, Cid model, Candidate candidate)
    {
        string name = candidate.Peer.ToString();
        if (requirements.ExcludePeers.Contains(name))
        {
            return "is excluded by the job";
        }

        if (requirements.Peers.Count > 0 && !requirements.Peers.Contains(name))
        {
            return "is not among the peers that the job names";
        }

        if (candidate.Standing?.Exclusion is { } exclusion)
        {
            return $"is excluded: {exclusion}";
        }

        if (!candidate.Models.TryGetValue(model, out ServedModel? served))
        {
            return $"{Serves(candidate)}, not the model";
        }

        if (served.ContextLength < requirements.ContextLength)
        {
            return $"serves {served.Name}, needs a context of {requirements.ContextLength} tokens, "
                + $"has {served.ContextLength}";
        }

        if (candidate.Standing is { } standing && standing.Score < requirements.MinReputation)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"serves {served.Name}, needs a reputation of {requirements.MinReputation:0.##}, "
                + $"has {standing.Score:0.##}");
        }

        double memory = candidate.Hardware.Gpus.Select(g => g.MemoryBytes / BytesPerGib).DefaultIfEmpty().Max();
        return memory < requirements.GpuMemoryGib
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"serves {served.Name}, needs {requirements.GpuMemoryGib:0.#} GiB GPU memory, has {memory:0.#}")
            : null;
    }

    private static string Serves(Candidate candidate) => candidate.Models.Count switch
    {
        0 => "serves no model",
        <= MaxNamedModels => $"serves {string.Join(", ", candidate.Models.Values.Select(m => m.Name))}",
        var many => $"serves {string.Join(", ", candidate.Models.Values.Take(MaxNamedModels).Select(m => m.Name))} "
            + $"and {many - MaxNamedModels} more",
    };

    /// <summary>
    /// Tokens a second for one more job: what is measured, less what others use of it, and less what may have to be
    /// done again. A stranger counts half, since its lower bound says that little is known and not that it is bad.
    /// </summary>
    private static double ExpectedSpeed(Candidate candidate, Cid model) =>
        candidate.Models[model].DecodeTokensPerSecond * candidate.MeasuredShare
        * (1 + (candidate.Standing?.Score ?? 1)) / 2
        * Math.Max(0.1, (double)candidate.FreeSlots / Math.Max(1, candidate.TotalSlots));
}
