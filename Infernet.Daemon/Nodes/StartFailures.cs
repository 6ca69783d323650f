using Infernet.ContentStore;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Nodes;

/// <summary>Says in the API's words why a node could not start.</summary>
internal static class StartFailures
{
    /// <summary>The error for an expected failure; null for anything else, which is a defect.</summary>
    public static ApiError? Describe(Exception failure) => failure switch
    {
        ApiException refused => refused.Error,
        AddressInUseException taken => Error("conflict", taken.Message),
        KeyFileException key => Error("invalid", key.Message),
        JournalException { DiskFull: true } full => Error("disk-full", full.Message),
        JournalException journal => Error("invalid", journal.Message),
        ContentException { Error: ContentError.NotEnoughSpace } full => Error("disk-full", full.Message),
        ContentException content => Error("invalid", content.Message),
        UnauthorizedAccessException denied => Error("invalid", $"The home can't be used: {denied.Message}"),
        IOException home => Error("invalid", $"The home can't be used: {home.Message}"),
        _ => null,
    };

    private static ApiError Error(string code, string message) => new() { Code = code, Message = message };
}
