using System.Net;
using System.Text;
using System.Text.Json;

namespace Infernet.Solana.Tests.Rpc;

/// <summary>
/// What stands between a client and the real ledger: it loses requests and answers, repeats them, holds them back, and
/// makes answers up. The host of an address says which endpoint it is; all of them lead to the one ledger.
/// </summary>
internal sealed class HostileLink(Uri ledger, Func<HostileLink.Request, HostileLink.Fault> choose) : HttpMessageHandler
{
    private readonly HttpClient _http = new();
    private readonly List<byte[]> _held = [];
    private readonly Lock _gate = new();

    /// <summary>What it does with a request.</summary>
    public enum Fault
    {
        /// <summary>It arrives, and so does the answer.</summary>
        None,

        /// <summary>It never arrives.</summary>
        Lost,

        /// <summary>It arrives, but its answer doesn't.</summary>
        AnswerLost,

        /// <summary>It arrives twice.</summary>
        Repeated,

        /// <summary>It is answered as taken, and arrives when <see cref="DeliverAsync"/> is called.</summary>
        Held,

        /// <summary>The server is overloaded.</summary>
        Busy,

        /// <summary>The answer is no JSON.</summary>
        Garbage,

        /// <summary>The endpoint is on another fork, and does not know the blockhash.</summary>
        OtherFork,

        /// <summary>A status that says "confirmed", whatever the truth is.</summary>
        SaysConfirmed,

        /// <summary>A status that says "never heard of it", and a chain that is far ahead.</summary>
        Denies,
    }

    /// <summary>Lets arrive what was held back.</summary>
    public async Task DeliverAsync()
    {
        foreach (byte[] body in _held)
        {
            using HttpResponseMessage _ = await PassAsync(body, CancellationToken.None);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        using var call = JsonDocument.Parse(body);
        string method = call.RootElement.GetProperty("method").GetString()!;
        Fault fault;
        lock (_gate)
        {
            fault = choose(new Request(request.RequestUri!.Host, method));
        }

        switch (fault)
        {
            case Fault.Lost:
                throw new HttpRequestException("the request was lost");
            case Fault.AnswerLost:
                (await PassAsync(body, cancellationToken)).Dispose();
                throw new HttpRequestException("the answer was lost");
            case Fault.Repeated:
                (await PassAsync(body, cancellationToken)).Dispose();
                return await PassAsync(body, cancellationToken);
            case Fault.Held:
                lock (_gate)
                {
                    _held.Add(body);
                }

                return FakeCluster.Result("\"taken\"");
            case Fault.Busy:
                return FakeCluster.Status(HttpStatusCode.ServiceUnavailable);
            case Fault.Garbage:
                return FakeCluster.Raw("<html>");
            case Fault.OtherFork:
                return FakeCluster.Error(-32002, "Transaction simulation failed: Blockhash not found");
            case Fault.SaysConfirmed:
                return FakeCluster.Value("""[{"slot":9,"err":null,"confirmationStatus":"confirmed"}]""");
            case Fault.Denies:
                return method == "getBlockHeight" ? FakeCluster.Result("1000000") : FakeCluster.Value("[null]");
            default:
                return await PassAsync(body, cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _http.Dispose();
        base.Dispose(disposing);
    }

    private async Task<HttpResponseMessage> PassAsync(byte[] body, CancellationToken cancellation)
    {
        using var content = new StringContent(Encoding.UTF8.GetString(body), Encoding.UTF8, "application/json");
        return await _http.PostAsync(ledger, content, cancellation);
    }

    internal sealed record Request(string Endpoint, string Method);
}
