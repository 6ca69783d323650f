namespace Infernet.Daemon.Jobs.Wire;

/// <summary><c>/infernet/job/1</c>: its id, and the limits that both sides hold each other to.</summary>
internal static class JobProtocol
{
    public const string Id = "/infernet/job/1";

    /// <summary>Largest message, in bytes: one input of the largest size that a specification allows fits.</summary>
    public const int MaxMessageSize = 4 << 20;

    /// <summary>Length of a job's id, in bytes.</summary>
    public const int JobIdLength = 16;

    /// <summary>Most items in a shard.</summary>
    public const int MaxShardItems = 1_024;

    /// <summary>Most messages of one conversation.</summary>
    public const int MaxChatMessages = 1_000;

    /// <summary>Most tokens that one shard may ask for: they are listed beside its receipt, in one message.</summary>
    public const int MaxTokensPerShard = 512 << 10;

    /// <summary>Longest error of an item, in characters.</summary>
    public const int MaxErrorLength = 2_048;
}
