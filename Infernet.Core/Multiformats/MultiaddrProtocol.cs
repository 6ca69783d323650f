namespace Infernet.Core.Multiformats;

/// <summary>
/// One row of https://github.com/multiformats/multiaddr/blob/master/protocols.csv.
/// </summary>
/// <param name="Code">The multicodec of the protocol.</param>
/// <param name="Name">Its name in the text form.</param>
/// <param name="Size">Its value's size in bytes: 0 for none, −1 for a length-prefixed one.</param>
internal sealed record MultiaddrProtocol(uint Code, string Name, int Size)
{
    public const uint Ip4Code = 4;
    public const uint TcpCode = 6;
    public const uint Ip6Code = 41;
    public const uint Ip6ZoneCode = 42;
    public const uint DnsCode = 53;
    public const uint Dns4Code = 54;
    public const uint Dns6Code = 55;
    public const uint DnsAddrCode = 56;
    public const uint UdpCode = 273;
    public const uint CircuitCode = 290;
    public const uint P2pCode = 421;
    public const uint CertHashCode = 466;

    private static readonly MultiaddrProtocol[] All =
    [
        new(Ip4Code, "ip4", 4),
        new(TcpCode, "tcp", 2),
        new(Ip6Code, "ip6", 16),
        new(Ip6ZoneCode, "ip6zone", -1),
        new(DnsCode, "dns", -1),
        new(Dns4Code, "dns4", -1),
        new(Dns6Code, "dns6", -1),
        new(DnsAddrCode, "dnsaddr", -1),
        new(UdpCode, "udp", 2),
        new(280, "webrtc-direct", 0),
        new(281, "webrtc", 0),
        new(CircuitCode, "p2p-circuit", 0),
        new(P2pCode, "p2p", -1),
        new(443, "https", 0),
        new(448, "tls", 0),
        new(449, "sni", -1),
        new(454, "noise", 0),
        new(460, "quic", 0),
        new(461, "quic-v1", 0),
        new(465, "webtransport", 0),
        new(CertHashCode, "certhash", -1),
        new(477, "ws", 0),
        new(478, "wss", 0),
        new(480, "http", 0),
    ];

    private static readonly Dictionary<uint, MultiaddrProtocol> ByCode = All.ToDictionary(p => p.Code);
    private static readonly Dictionary<string, MultiaddrProtocol> ByName = All.ToDictionary(p => p.Name);

    public static MultiaddrProtocol? Find(ulong code) =>
        code <= uint.MaxValue ? ByCode.GetValueOrDefault((uint)code) : null;

    public static MultiaddrProtocol? Find(string name) =>
        ByName.GetValueOrDefault(name == "ipfs" ? "p2p" : name);
}
