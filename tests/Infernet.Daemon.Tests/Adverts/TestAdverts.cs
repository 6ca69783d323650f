using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;

namespace Infernet.Daemon.Tests.Adverts;

/// <summary>Adverts that are right in every way, for tests to break one thing at a time.</summary>
internal static class TestAdverts
{
    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Cid ModelRoot { get; } = Cid.OfRaw("a model"u8);

    public static Advert Contents(NodeIdentity identity, ulong sequence = 1) => new()
    {
        PeerId = ByteString.CopyFrom(identity.Id.Span),
        Addresses = { Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001").ToByteString() },
        AgentVersion = "infernet/test",
        Sequence = sequence,
        ExpiresUnixMs = Now.AddMinutes(10).ToUnixTimeMilliseconds(),
        Hardware = new Hardware { Cpu = "a processor", CpuCores = 2, MemoryBytes = 1 << 30 },
        Models = { Model("tiny", ModelRoot) },
        TotalSlots = 8,
        FreeSlots = 3,
    };

    public static ServedModel Model(string name, Cid root) => new()
    {
        Name = name,
        Root = ByteString.CopyFrom(root.ToBytes()),
        Quantization = "Q8_0",
        ContextLength = 1024,
        DecodeTokensPerSecond = 100,
    };

    public static byte[] Sealed(NodeIdentity identity, Action<Advert>? change = null)
    {
        Advert advert = Contents(identity);
        change?.Invoke(advert);
        return AdvertEnvelope.Seal(identity, advert);
    }

    public static VerifiedAdvert Opened(NodeIdentity identity, Action<Advert>? change = null) =>
        AdvertEnvelope.TryOpen(Sealed(identity, change), Now, out VerifiedAdvert advert, out string problem)
            ? advert
            : throw new InvalidOperationException(problem);
}
