using Infernet.Core.Schemas;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.Daemon.Challenges.Wire;

/// <summary><c>/infernet/challenge/1</c>: its id, and its messages on a stream.</summary>
internal static class ChallengeProtocol
{
    public const string Id = "/infernet/challenge/1";

    /// <summary>Largest message, in bytes: an answer with the most leaves of the largest kind fits.</summary>
    public const int MaxMessageSize = 640 << 10;

    /// <summary>Most rounds of one challenge.</summary>
    public const int MaxRounds = 8;

    /// <summary>Longest text for people, in characters.</summary>
    public const int MaxReasonLength = 512;

    /// <summary>Sends a message at once.</summary>
    public static ValueTask SendAsync(
        PeerStream stream, ChallengeMessage message, CancellationToken cancellationToken) =>
        LengthPrefixed.WriteAsync(stream.Output, message, cancellationToken);

    /// <summary>The next message; null when the peer has closed its side.</summary>
    /// <exception cref="IOException">It fell silent, reset the stream, or sent what is no message.</exception>
    public static async Task<ChallengeMessage?> ReadAsync(
        PeerStream stream, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await LengthPrefixed
                .ReadAsync(stream.Input, ChallengeMessage.Parser, MaxMessageSize, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException silent) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{stream.RemotePeer} sent nothing for {patience.TotalSeconds:0} s", silent);
        }
    }
}
