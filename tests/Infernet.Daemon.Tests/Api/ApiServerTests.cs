using System.Net;
using System.Text;
using Infernet.Core.Api;
using Infernet.Daemon.Api;
using Infernet.Daemon.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Daemon.Tests.Api;

[TestFixture]
public sealed class ApiServerTests
{
    private ApiFixture _api = null!;

    [OneTimeSetUp]
    public async Task SetUp() => _api = await ApiFixture.StartAsync(new ApiOptions { MaxSpecificationLength = 100_000 });

    [OneTimeTearDown]
    public async Task TearDown() => await _api.DisposeAsync();

    [Test]
    public void Socket_WhileRunning_IsForItsOwnerAlone()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(
                File.GetUnixFileMode(_api.Server.Socket), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public async Task GetNode_Always_SaysWhoItIs()
    {
        NodeStatus status = await _api.GetAsync("v1/node", ApiJson.Default.NodeStatus);
        Assert.That(status.PeerId, Is.EqualTo(_api.Node.Id.ToString()));
    }

    [Test]
    public async Task GetModels_Always_ListsThem()
    {
        IReadOnlyList<ModelStatus> models = await _api.GetAsync("v1/models", ApiJson.Default.IReadOnlyListModelStatus);
        Assert.That(models.Select(m => m.Alias), Is.EqualTo(new[] { "pocket" }));
    }

    [Test]
    public async Task GetPeers_Alone_IsEmpty() =>
        Assert.That(await _api.GetAsync("v1/peers", ApiJson.Default.IReadOnlyListPeerStatus), Is.Empty);

    [TestCase("GET", "/", 404, "not-found")]
    [TestCase("GET", "/v2/node", 404, "not-found")]
    [TestCase("DELETE", "/v1/node", 405, "invalid")]
    [TestCase("GET", "/v1/jobs/ffffffff", 404, "not-found")]
    [TestCase("GET", "/v1/jobs/ffffffff/events", 404, "not-found")]
    [TestCase("GET", "/v1/jobs/ffffffff/results?follow=true", 404, "not-found")]
    [TestCase("GET", "/v1/jobs/ffffffff/receipts", 404, "not-found")]
    [TestCase("POST", "/v1/jobs/ffffffff/cancel", 404, "not-found")]
    [TestCase("POST", "/v1/jobs/ffffffff/resume", 404, "not-found")]
    [TestCase("DELETE", "/v1/models/nope", 404, "not-found")]
    public async Task Request_ForWhatIsNotThere_IsAnError(string method, string path, int status, string code)
    {
        using HttpResponseMessage response =
            await _api.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        ApiError error = await ApiFixture.ErrorAsync(response);
        Assert.That(((int)response.StatusCode, error.Code), Is.EqualTo((status, code)));
    }

    [TestCase("v1/peers/connect", "", "not right")]
    [TestCase("v1/peers/connect", "{", "not right")]
    [TestCase("v1/peers/connect", "null", "must be a JSON object")]
    [TestCase("v1/peers/connect", "{}", "is not a peer's address")]
    [TestCase("v1/peers/connect", """{"address":"here"}""", "'here' is not a peer's address")]
    [TestCase("v1/peers/connect", """{"address":"/ip4/1.2.3.4/tcp/1","port":2}""", "not right")]
    [TestCase("v1/models/add", """{"path":"relative.gguf"}""", "path must be absolute")]
    [TestCase("v1/models/add", "[]", "not right")]
    [TestCase("v1/models/pull", "{}", "not right")]
    [TestCase("v1/jobs", "", "not valid")]
    [TestCase("v1/jobs", "{", "not valid")]
    [TestCase("v1/jobs", """{"model":"pocket"}""", "not valid")]
    [TestCase("v1/jobs", """{"model":"nope","inputs":["x"]}""", "pocket")]
    public async Task Post_BodyThatIsWrong_SaysWhy(string path, string body, string reason)
    {
        using HttpResponseMessage response = await _api.PostAsync(path, body);
        ApiError error = await ApiFixture.ErrorAsync(response);
        Assert.That((int)response.StatusCode, Is.InRange(400, 499));
        Assert.That($"{error.Message} {string.Join(' ', error.Details)}", Does.Contain(reason));
    }

    [Test]
    public async Task PostJob_SeveralMistakes_ListsThemAll()
    {
        using HttpResponseMessage response =
            await _api.PostAsync("v1/jobs", """{"inputs":[],"deadline":"x","nope":1}""");
        ApiError error = await ApiFixture.ErrorAsync(response);
        Assert.That(error.Details, Has.Count.EqualTo(4));
    }

    [TestCase("v1/jobs", 200_000)]
    [TestCase("v1/peers/connect", 100_000)]
    public async Task Post_BodyTooLarge_IsRefused(string path, int length)
    {
        using HttpResponseMessage response = await _api.PostAsync(path, new string(' ', length));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That((await ApiFixture.ErrorAsync(response)).Code, Is.EqualTo("invalid"));
    }

    [TestCase("events?after=-1")]
    [TestCase("events?after=x")]
    [TestCase("results?follow=perhaps")]
    public async Task Get_QueryThatIsWrong_IsRefused(string query)
    {
        using HttpResponseMessage response = await _api.Client.GetAsync($"v1/jobs/ffff/{query}");
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [TestCase("GARBAGE\r\n\r\n")]
    [TestCase("GET /v1/node HTTP/1.1\r\n\r\n")]
    [TestCase("GET /v1/node HTTP/9.9\r\nHost: x\r\n\r\n")]
    [TestCase("POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    public async Task Connection_NoHttp_IsRefusedAndOthersGoOn(string bytes)
    {
        await using Stream stream = await _api.ConnectAsync(CancellationToken.None);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(bytes));
        using var answer = new StreamReader(stream);
        string first = await answer.ReadLineAsync().WaitAsync(TestNodes.Patience) ?? "";
        Assert.That(first, Does.StartWith("HTTP/1.1 4").Or.StartWith("HTTP/1.1 505").Or.Empty);
        Assert.That((await _api.Client.GetAsync("v1/node")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Job_OverTheApi_GivesEventsResultsAndReceipts()
    {
        string questions = string.Join(',', TestNodes.Questions.Take(8).Select(q => $"\"{q.Question}\""));
        using HttpResponseMessage submitted = await _api.PostAsync(
            "v1/jobs", $$$"""{"model":"pocket","inputs":[{{{questions}}}],"sampling":{"max_tokens":128}}""");
        JobStatus job = await ApiFixture.ReadAsync(submitted, ApiJson.Default.JobStatus);
        Assert.That(submitted.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        Assert.That(submitted.Headers.Location!.ToString(), Is.EqualTo($"/v1/jobs/{job.Id}"));

        IReadOnlyList<JobResult> results = await ApiFixture.LinesAsync(
            await _api.Client.GetAsync($"v1/jobs/{job.Id}/results?follow=true"), ApiJson.Default.JobResult);
        IReadOnlyList<JobEvent> events = await ApiFixture.LinesAsync(
            await _api.Client.GetAsync($"v1/jobs/{job.Id[..12]}/events?after=0"), ApiJson.Default.JobEvent);
        IReadOnlyList<ReceiptView> receipts =
            await _api.GetAsync($"v1/jobs/{job.Id}/receipts", ApiJson.Default.IReadOnlyListReceiptView);
        JobStatus ended = await _api.GetAsync($"v1/jobs/{job.Id}", ApiJson.Default.JobStatus);

        Assert.Multiple(() =>
        {
            Assert.That(results.Select(r => r.Output), Is.EqualTo(TestNodes.Questions.Take(8).Select(q => q.Answer)));
            Assert.That(events.Select(e => e.Sequence), Is.EqualTo(Enumerable.Range(1, events.Count).Select(i => (long)i)));
            Assert.That(events[^1].Type, Is.EqualTo("end"));
            Assert.That(receipts, Is.Not.Empty.And.All.Matches<ReceiptView>(r => r!.Verified));
            Assert.That(results.Select(r => r.Receipt).Distinct(), Is.SubsetOf(receipts.Select(r => r.Hash)));
            Assert.That(ended.State, Is.EqualTo("done"));
        });
        IReadOnlyList<JobEvent> later = await ApiFixture.LinesAsync(
            await _api.Client.GetAsync($"v1/jobs/{job.Id}/events?after={events.Count - 1}"), ApiJson.Default.JobEvent);
        Assert.That(later, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task AddModel_FileThatIsNotThere_IsAnErrorStatus()
    {
        using HttpResponseMessage response = await _api.PostAsync("v1/models/add", """{"path":"/no/such.gguf"}""");
        string body = await response.Content.ReadAsStringAsync();
        Assert.That(body, Does.Contain("/no/such.gguf").And.Not.Contain("   at "));
    }

    [Test]
    public void Start_OnASocketThatAnswers_IsRefused() =>
        Assert.That(
            () => StartAsync(_api.Server.Socket),
            Throws.TypeOf<ApiException>().With.Message.Contains("Another node already answers"));

    [Test]
    public void Start_PathTooLong_SaysHowLongItMayBe() =>
        Assert.That(
            () => StartAsync(Path.Combine(Path.GetTempPath(), new string('x', 120), "api.sock")),
            Throws.TypeOf<ApiException>().With.Message.Contains("too long for a Unix socket"));

    [Test]
    public void Start_FolderThatIsNotThere_SaysSo() =>
        Assert.That(
            () => StartAsync("/tmp/inf-no-such-folder/api.sock"),
            Throws.TypeOf<ApiException>().With.Message.Contains("can't listen on"));

    [Test]
    public async Task Start_OnAStaleSocket_TakesItsPlace()
    {
        string path = Path.Combine(Path.GetDirectoryName(_api.Server.Socket)!, "stale.sock");
        await File.WriteAllTextAsync(path, "");
        await using (ApiServer server = await StartAsync(path))
        {
            Assert.That(server.Socket, Is.EqualTo(path));
        }

        Assert.That(File.Exists(path), Is.False);
    }

    private Task<ApiServer> StartAsync(string socket) => ApiServer.StartAsync(
        _api.Node, socket, new ApiOptions(), NullLoggerFactory.Instance, CancellationToken.None);
}
