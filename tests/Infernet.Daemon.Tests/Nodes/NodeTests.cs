using System.Runtime.Versioning;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Nodes;

namespace Infernet.Daemon.Tests.Nodes;

[TestFixture]
public sealed class NodeTests
{
    private TestNodes _nodes = null!;

    [SetUp]
    public void SetUp() => _nodes = new TestNodes();

    [TearDown]
    public async Task TearDown() => await _nodes.DisposeAsync();

    [Test]
    public async Task SecondNode_OnTheSameHome_IsRefusedAndTheFirstIsNamed()
    {
        await _nodes.StartAsync("home");

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(() => _nodes.StartAsync("home")))!;

        Assert.That(refused.Error.Code, Is.EqualTo("conflict"));
        Assert.That(refused.Message, Does.Contain($"process {Environment.ProcessId}"));
    }

    [Test]
    public async Task Port_ThatIsTaken_IsNamed()
    {
        Node first = await _nodes.StartAsync("first");
        Multiaddr taken = Multiaddr.Parse(first.Status().ListenAddresses[0]).WithoutPeer()!;

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(
            () => _nodes.StartAsync("second", o => o with { ListenAddresses = [taken], Bootstrap = [] })))!;

        Assert.That(refused.Error.Code, Is.EqualTo("conflict"));
        Assert.That(refused.Message, Does.Contain(taken.ToString()));
    }

    [Test]
    public async Task Start_ThatFailed_LeavesTheHomeFree()
    {
        Node first = await _nodes.StartAsync("first");
        Multiaddr taken = Multiaddr.Parse(first.Status().ListenAddresses[0]).WithoutPeer()!;
        await Assert.ThrowsAsync<ApiException>(
            () => _nodes.StartAsync("second", o => o with { ListenAddresses = [taken], Bootstrap = [] }));

        Node second = await _nodes.StartAsync("second");

        Assert.That(second.Status().Problems, Is.Empty);
    }

    [Test]
    [UnsupportedOSPlatform("windows")]
    public async Task Home_IsForItsOwnerAlone()
    {
        await _nodes.StartAsync("home");

        Assert.That(
            File.GetUnixFileMode(_nodes.HomeOf("home")),
            Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Test]
    public async Task Journal_ThatIsDamaged_IsAClearError()
    {
        Directory.CreateDirectory(_nodes.HomeOf("home"));
        await File.WriteAllTextAsync(
            Path.Combine(_nodes.HomeOf("home"), "infernet.db"), new string('x', 8_192));

        ApiException refused = (await Assert.ThrowsAsync<ApiException>(() => _nodes.StartAsync("home")))!;

        Assert.That(refused.Message, Does.Contain("infernet.db").And.Contains("is damaged"));
    }

    [Test]
    public async Task Identity_SurvivesARestart()
    {
        Node first = await _nodes.StartAsync("home");
        string id = first.Id.ToString();
        await _nodes.StopAsync(first);

        Assert.That((await _nodes.StartAsync("home")).Id.ToString(), Is.EqualTo(id));
    }

    [Test]
    public async Task Node_ThatRestarts_FindsItsPeersWithoutBootstrap()
    {
        Node friend = await _nodes.StartAsync("friend");
        Node node = await _nodes.StartAsync("node");
        await _nodes.StopAsync(node);

        Node restarted = await _nodes.StartAsync("node", o => o with { Bootstrap = [] });

        using var limit = new CancellationTokenSource(TestNodes.Patience);
        Assert.That(
            await Eventually(() => restarted.Status().ConnectedPeers == 1, limit.Token), Is.True);
        Assert.That((await restarted.Peers.ListAsync(limit.Token))[0].PeerId, Is.EqualTo(friend.Id.ToString()));
    }

    [Test]
    public async Task Model_ThatWasServed_IsServedAfterARestart()
    {
        Node node = await _nodes.StartServingAsync("home");
        await _nodes.StopAsync(node);

        Node restarted = await _nodes.StartAsync("home");

        using var limit = new CancellationTokenSource(TestNodes.Patience);
        Assert.That(
            await Eventually(() => restarted.Models.List() is [{ State: "serving" }], limit.Token), Is.True);
    }

    [Test]
    public async Task Dispose_Twice_IsHarmless()
    {
        Node node = await _nodes.StartAsync("home");

        await node.DisposeAsync();
        await node.DisposeAsync();
    }

    // What happens beside the start has no event of its own: look again whenever other work had its turn.
    private static async Task<bool> Eventually(Func<bool> condition, CancellationToken limit)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            if (!await timer.WaitForNextTickAsync(limit))
            {
                return false;
            }
        }

        return true;
    }
}
