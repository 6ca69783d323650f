using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Infernet.Daemon.Tests.Payments;

/// <summary>
/// What lies between a node and its cluster: by the test's rule a request goes through, is lost before or after it was
/// heard, or is answered by somebody who lies.
/// </summary>
internal sealed class Wire : IDisposable
{
    private readonly SocketsHttpHandler _http = new();

    public delegate Task<HttpResponseMessage> Send();

    /// <summary>Gets the method's name, how often it was called by now, and what lets it through.</summary>
    public Func<string, int, Send, Task<HttpResponseMessage>> Rule { get; set; } = (_, _, through) => through();

    /// <summary>The same by the endpoint that is asked; null where the other rule decides.</summary>
    public Func<Uri, string, Send, Task<HttpResponseMessage>?> At { get; set; } = (_, _, _) => null;

    public ConcurrentDictionary<string, int> Calls { get; } = new();

    /// <summary>A handler of its own for each client; all obey the rule.</summary>
    public HttpMessageHandler Handler() => new Tap(this);

    public void Dispose() => _http.Dispose();

    public static HttpResponseMessage Result(string json) => Whole($$"""{"jsonrpc":"2.0","id":1,"result":{{json}}}""");

    public static HttpResponseMessage Whole(string body) => new(HttpStatusCode.OK)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };

    private sealed class Tap(Wire wire) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _through = new(wire._http, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            byte[] body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            using var json = JsonDocument.Parse(body);
            string method = json.RootElement.GetProperty("method").GetString()!;
            int count = wire.Calls.AddOrUpdate(method, 1, (_, n) => n + 1);
            Task<HttpResponseMessage> Through() => _through.SendAsync(Copy(request, body), cancellationToken);
            return await (wire.At(request.RequestUri!, method, Through) ?? wire.Rule(method, count, Through))
                .WaitAsync(cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            _through.Dispose();
            base.Dispose(disposing);
        }

        // A request goes out once; the rule may want it twice.
        private static HttpRequestMessage Copy(HttpRequestMessage request, byte[] body)
        {
            var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(body) };
            copy.Content.Headers.ContentType = request.Content!.Headers.ContentType;
            return copy;
        }
    }
}
