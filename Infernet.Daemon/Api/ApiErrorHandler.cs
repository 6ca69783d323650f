using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Api;

/// <summary>
/// The one place where a failure becomes a response: an <see cref="ApiError"/> with its status, never a stack trace.
/// Once a stream has begun there is no status left to send, so the connection is broken off instead.
/// </summary>
internal sealed partial class ApiErrorHandler(ILogger<ApiErrorHandler> log)
{
    private readonly ILogger _log = log;

    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400)
            {
                await WriteAsync(context, context.Response.StatusCode, Unanswered(context));
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException || context.RequestAborted.IsCancellationRequested)
        {
            // The client went away, or the node is stopping: nobody reads an answer.
            context.Abort();
        }
        catch (ApiException refused)
        {
            await WriteAsync(context, ApiStatusCodes.For(refused.Error.Code), refused.Error);
        }
        catch (SpecificationException wrong)
        {
            var error = new ApiError
            {
                Code = "invalid",
                Message = "The job specification is not valid.",
                Details = [.. wrong.Errors.Select(e => e.ToString())],
            };
            await WriteAsync(context, StatusCodes.Status400BadRequest, error);
        }
        catch (BadHttpRequestException bad)
        {
            await WriteAsync(context, bad.StatusCode, new ApiError { Code = "invalid", Message = bad.Message });
        }
        catch (Exception unexpected)
        {
            LogUnexpected(unexpected, context.Request.Method, context.Request.Path);
            var error = new ApiError
            {
                Code = "internal",
                Message = "The node failed to do this because of a fault of its own; its log says more.",
            };
            await WriteAsync(context, StatusCodes.Status500InternalServerError, error);
        }
    }

    private static ApiError Unanswered(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status405MethodNotAllowed => new ApiError
        {
            Code = "invalid",
            Message = $"{context.Request.Path} does not take {context.Request.Method}.",
        },
        StatusCodes.Status404NotFound => new ApiError
        {
            Code = "not-found",
            Message = $"There is nothing at {context.Request.Path}.",
        },
        int status => new ApiError { Code = "invalid", Message = $"The request was refused with status {status}." },
    };

    private static async Task WriteAsync(HttpContext context, int status, ApiError error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        await ApiBody.WriteAsync(context, error, ApiJson.Default.ApiError);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string method, string path);
}
