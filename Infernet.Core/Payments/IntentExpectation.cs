using Infernet.Core.Identity;

namespace Infernet.Core.Payments;

/// <summary>What a provider knows about an offer, to hold the intent in it against.</summary>
public sealed record IntentExpectation
{
    /// <summary>Who is at the other end of the stream.</summary>
    public required PeerId Payer { get; init; }

    /// <summary>This node.</summary>
    public required PeerId Payee { get; init; }

    /// <summary>The offer's job, 16 bytes.</summary>
    public required ReadOnlyMemory<byte> JobId { get; init; }

    /// <summary>What this node is paid in.</summary>
    public required Asset Asset { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The least that makes a job worth beginning, in the smallest unit.</summary>
    public ulong LeastCeiling { get; init; } = 1;

    /// <summary>How far the payer's clock may be from this one's.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest that an intent may be good: its nonce has to be kept for so long.</summary>
    public TimeSpan LongestLife { get; init; } = TimeSpan.FromHours(24);
}
