using System.Text.Json;

namespace Infernet.Solana.Rpc;

/// <summary>A result, or why there is none; <see cref="Final"/> says that asking elsewhere would not help.</summary>
internal sealed record EndpointAnswer(JsonElement Result, RpcException? Failure, bool Final, TimeSpan? RetryAfter);
