using Infernet.ContentStore;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Execution;

namespace Infernet.Daemon.Models;

/// <summary>Says in the API's words what the store, the exchange, the journal or the engine could not do.</summary>
internal static class ModelErrors
{
    /// <summary>The error for an expected failure; null for anything else, which is a defect.</summary>
    public static ApiError? Describe(Exception failure) => failure switch
    {
        ApiException refused => refused.Error,
        FetchFailedException fetch => new ApiError
        {
            Code = "unreachable",
            Message = fetch.Message,
            Details = [.. fetch.Peers.Select(p => $"{p.Peer}: {p.Failure ?? "served to the end"}")],
        },
        ContentException content => new ApiError { Code = Code(content.Error), Message = content.Message },
        JournalException journal => new ApiError { Code = "disk-full", Message = journal.Message },
        InferenceException engine => new ApiError { Code = "invalid", Message = engine.Message },
        _ => null,
    };

    private static string Code(ContentError error) => error switch
    {
        ContentError.NoSuchFile or ContentError.NoSuchBlob => "not-found",
        ContentError.NotEnoughSpace => "disk-full",
        ContentError.Busy or ContentError.StoreInUse => "conflict",
        ContentError.NoProviders or ContentError.AllProvidersFailed => "unreachable",
        ContentError.CorruptBlob => "internal",
        _ => "invalid",
    };
}
