using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Infernet.Cli.Client;

/// <summary>Bodies and paths of requests to the local API.</summary>
internal static class ApiRequest
{
    public static HttpContent Json<T>(T value, JsonTypeInfo<T> type) =>
        Json(JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static HttpContent Json(byte[] json)
    {
        var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    public static string JobPath(string id) => $"v1/jobs/{Uri.EscapeDataString(id)}";
}
