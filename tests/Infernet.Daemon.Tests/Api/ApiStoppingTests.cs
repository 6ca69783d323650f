using System.Net;
using Infernet.Core.Api;
using Infernet.Daemon.Tests.Nodes;

namespace Infernet.Daemon.Tests.Api;

[TestFixture]
public sealed class ApiStoppingTests
{
    [Test]
    public async Task Stop_Asked_IsAcceptedAndTold()
    {
        await using ApiFixture api = await ApiFixture.StartAsync(serving: false);
        Assert.That(api.Server.StopRequested.IsCompleted, Is.False);
        using HttpResponseMessage response = await api.PostAsync("v1/node/stop", null);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        await api.Server.StopRequested.WaitAsync(TestNodes.Patience);
    }

    [Test]
    public async Task Drain_OpenStream_EndsItAndRefusesWhatComesLater()
    {
        await using ApiFixture api = await ApiFixture.StartAsync();
        using HttpResponseMessage submitted = await api.PostAsync(
            "v1/jobs", """{"model":"pocket","inputs":["What is a heron?"],"sharding":{"min_providers":1}}""");
        JobStatus job = await ApiFixture.ReadAsync(submitted, ApiJson.Default.JobStatus);
        using HttpResponseMessage stream = await api.Client.GetAsync(
            $"v1/jobs/{job.Id}/results?follow=true", HttpCompletionOption.ResponseHeadersRead);

        await api.Server.DrainAsync().WaitAsync(TestNodes.Patience);

        using HttpResponseMessage late = await api.Client.GetAsync("v1/node");
        Assert.That(late.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await ApiFixture.ErrorAsync(late)).Message, Does.Contain("stopping"));
    }

    [Test]
    public async Task Dispose_Always_TakesTheSocketAway()
    {
        ApiFixture api = await ApiFixture.StartAsync(serving: false);
        string socket = api.Server.Socket;
        Assert.That(File.Exists(socket), Is.True);
        await api.DisposeAsync();
        Assert.That(File.Exists(socket), Is.False);
    }
}
