using Infernet.Core.Api;
using Microsoft.AspNetCore.Http;

namespace Infernet.Daemon.Api;

/// <summary>The HTTP status that goes with each code of an <see cref="ApiError"/>.</summary>
internal static class ApiStatusCodes
{
    public static int For(string code) => code switch
    {
        "invalid" => StatusCodes.Status400BadRequest,
        "budget" => StatusCodes.Status402PaymentRequired,
        "not-found" => StatusCodes.Status404NotFound,
        "conflict" => StatusCodes.Status409Conflict,
        "job-failed" or "unsuitable" => StatusCodes.Status422UnprocessableEntity,
        "unreachable" or PaymentCodes.RpcUnreachable => StatusCodes.Status502BadGateway,
        "deadline" => StatusCodes.Status504GatewayTimeout,
        "disk-full" => StatusCodes.Status507InsufficientStorage,
        _ when PaymentCodes.Contains(code) => StatusCodes.Status402PaymentRequired,
        _ => StatusCodes.Status500InternalServerError,
    };
}
