using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Perf;
using Infernet.Libp2p.Tests.Support;

namespace Infernet.Libp2p.Tests.Perf;

internal sealed class PerfTests
{
    [TestCase(0ul, 0ul)]
    [TestCase(1_000_001ul, 0ul)]
    [TestCase(0ul, 1_000_001ul)]
    [TestCase(300_000ul, 500_000ul)]
    public async Task Run_OfAnyAmounts_GivesWhatWasAskedFor(ulong upload, ulong download)
    {
        (Libp2pHost client, Libp2pHost server) = await TestHosts.StartPairAsync(o => o with { ServePerf = true });
        await using (client)
        await using (server)
        {
            long received = await PerfClient.RunAsync(client, server.Id, upload, download, CancellationToken.None)
                .WaitAsync(TestHosts.Patience);

            Assert.That(received, Is.EqualTo((long)download));
        }
    }

    [Test]
    public async Task Run_AgainstHostThatDoesNotServeIt_IsRefused()
    {
        (Libp2pHost client, Libp2pHost server) = await TestHosts.StartPairAsync();
        await using (client)
        await using (server)
        {
            Assert.That(
                async () => await PerfClient.RunAsync(client, server.Id, 1, 1, CancellationToken.None)
                    .WaitAsync(TestHosts.Patience),
                Throws.TypeOf<ProtocolNotSupportedException>());
        }
    }
}
