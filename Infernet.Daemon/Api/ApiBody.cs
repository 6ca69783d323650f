using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Infernet.Core.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Infernet.Daemon.Api;

/// <summary>Reads and writes the bodies of the local API.</summary>
internal static class ApiBody
{
    public const string Json = "application/json";
    public const string NdJson = "application/x-ndjson";

    /// <summary>Reads a small JSON body.</summary>
    /// <exception cref="ApiException">It is not what it should be.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                ?? throw new ApiException("invalid", "The request's body must be a JSON object, is null.");
        }
        catch (JsonException broken)
        {
            throw new ApiException("invalid", $"The request's body is not right: {broken.Message}");
        }
    }

    /// <summary>Reads a body whole, up to a limit of its own.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context, long maxLength)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxLength;
        }

        int expected = (int)Math.Clamp(context.Request.ContentLength ?? 0, 0, maxLength);
        var bytes = new MemoryStream(expected);
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    public static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = Json;
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    /// <summary>
    /// Writes one line for each item as it comes. What is ready is sent together; as soon as the source makes us wait,
    /// all that was written goes out. The first item is awaited before the status is sent, unless
    /// <paramref name="startAtOnce"/>, so that a refusal still becomes an error's status.
    /// </summary>
    public static async Task WriteLinesAsync<T>(
        HttpContext context, IAsyncEnumerable<T> items, JsonTypeInfo<T> type, bool startAtOnce)
    {
        CancellationToken aborted = context.RequestAborted;
        HttpResponse response = context.Response;
        await using IAsyncEnumerator<T> source = items.GetAsyncEnumerator(aborted);
        if (startAtOnce)
        {
            response.ContentType = NdJson;
            await response.StartAsync(aborted);
            await response.BodyWriter.FlushAsync(aborted);
        }

        using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { SkipValidation = true });
        while (true)
        {
            ValueTask<bool> next = source.MoveNextAsync();
            if (!next.IsCompleted && response.HasStarted)
            {
                await response.BodyWriter.FlushAsync(aborted);
            }

            if (!await next)
            {
                break;
            }

            if (!response.HasStarted)
            {
                response.ContentType = NdJson;
            }

            JsonSerializer.Serialize(json, source.Current, type);
            json.Flush();
            json.Reset(response.BodyWriter);
            "\n"u8.CopyTo(response.BodyWriter.GetSpan(1));
            response.BodyWriter.Advance(1);
            await FlushIfLargeAsync(response, aborted);
        }

        await response.BodyWriter.FlushAsync(aborted);
    }

    private static async ValueTask FlushIfLargeAsync(HttpResponse response, CancellationToken aborted)
    {
        const int enough = 16 << 10;
        if (!response.BodyWriter.CanGetUnflushedBytes || response.BodyWriter.UnflushedBytes >= enough
            || !response.HasStarted)
        {
            await response.BodyWriter.FlushAsync(aborted);
        }
    }
}
