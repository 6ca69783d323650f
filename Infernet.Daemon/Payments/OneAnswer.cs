using Google.Protobuf;
using Infernet.Core.Identity;

namespace Infernet.Daemon.Payments;

/// <summary>A protocol of one message and one answer a stream, as its answering side sees it.</summary>
/// <param name="Parser">Reads messages.</param>
/// <param name="MaxMessageSize">The largest message, in bytes.</param>
/// <param name="IsKnown">Whether a peer is one of those who may be expected to ask: others are bounded apart.</param>
/// <param name="AnswerAsync">Answers one message of a peer.</param>
/// <param name="Refuse">An answer that says why there is none.</param>
internal sealed record OneAnswer<TMessage, TAnswer>(
    MessageParser<TMessage> Parser, int MaxMessageSize, Func<PeerId, bool> IsKnown,
    Func<TMessage, PeerId, CancellationToken, Task<TAnswer>> AnswerAsync, Func<string, TAnswer> Refuse)
    where TMessage : class, IMessage<TMessage>
    where TAnswer : IMessage;
