namespace Infernet.Core.Audits;

/// <summary>The limits that both sides of an audit hold each other to.</summary>
public static class AuditLimits
{
    /// <summary>Most items of a request.</summary>
    public const int MaxItems = 64;

    /// <summary>Most tokens of all answers of a request, for all that an item's answer may have.</summary>
    public const int MaxTokens = 256 << 10;

    /// <summary>Length of a request's nonce, in bytes.</summary>
    public const int NonceLength = 16;

    /// <summary>Longest input of an item, in characters over all of its messages.</summary>
    public const int MaxInputLength = 1 << 20;

    /// <summary>Longest text or error of an answer, in characters.</summary>
    public const int MaxOutputLength = 4 << 20;

    /// <summary>Most numbers of an embedding.</summary>
    public const int MaxEmbedding = 64 << 10;

    /// <summary>Most messages of a conversation.</summary>
    public const int MaxChatMessages = 1_000;

    /// <summary>Longest name in an engine's description, in characters.</summary>
    public const int MaxEngineName = 128;

    /// <summary>Longest model root, in bytes.</summary>
    public const int MaxModelRoot = 128;

    /// <summary>Most stop texts, and the longest of them in characters.</summary>
    public const int MaxStops = 16;

    /// <inheritdoc cref="MaxStops"/>
    public const int MaxStopLength = 256;

    /// <summary>The highest temperature that a job may ask for.</summary>
    public const float MaxTemperature = 2;
}
