using System.Buffers.Binary;
using Infernet.Core.Identity;
using Infernet.Libp2p.Hosting;

namespace Infernet.Libp2p.Perf;

/// <summary>
/// Measures a connection by <c>/perf/1.0.0</c>; the peer must have been told to serve it.
/// Source: https://github.com/libp2p/specs/blob/master/perf/perf.md.
/// </summary>
public static class PerfClient
{
    /// <summary>Uploads, then downloads, so many bytes on one stream; returns the bytes that came back.</summary>
    /// <exception cref="ProtocolNotSupportedException">The peer does not serve the protocol.</exception>
    public static async Task<long> RunAsync(
        Libp2pHost host, PeerId peer, ulong upload, ulong download, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        PeerStream stream = await host.OpenStreamAsync(peer, PerfServer.Id, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            BinaryPrimitives.WriteUInt64BigEndian(stream.Output.GetSpan(PerfServer.RequestLength), download);
            stream.Output.Advance(PerfServer.RequestLength);
            await PerfServer.SendAsync(stream.Output, upload, cancellationToken).ConfigureAwait(false);
            await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
            return await PerfServer.DrainAsync(stream.Input, cancellationToken).ConfigureAwait(false);
        }
    }
}
