namespace Infernet.Solana.Rpc;

/// <summary>A call of the cluster failed; the message names the method and the endpoint.</summary>
public sealed class RpcException(RpcProblem problem, string message, int? code = null, Exception? inner = null)
    : IOException(message, inner)
{
    public RpcProblem Problem { get; } = problem;

    /// <summary>JSON-RPC's error code, where the endpoint gave one.</summary>
    public int? Code { get; } = code;
}
