using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Core.Wire;
using Infernet.Daemon.Challenges.Results;

namespace Infernet.Daemon.Adverts;

/// <summary>Seals this node's advert, and opens those of others: signature before meaning, limits before use.</summary>
internal static class AdvertEnvelope
{
    private const string Domain = "infernet-advert";
    private static ReadOnlySpan<byte> PayloadType => "/infernet/advert/1"u8;

    public static byte[] Seal(NodeIdentity identity, Advert advert) =>
        SignedEnvelope.Seal(identity, Domain, PayloadType, advert);

    /// <summary>Opens an advert; false with the reason if anything about it is wrong.</summary>
    public static bool TryOpen(
        ReadOnlyMemory<byte> envelope, DateTimeOffset now, out VerifiedAdvert advert, out string problem) =>
        TryOpen(envelope, now, out advert, out problem, out _);

    /// <summary>
    /// As above; also says whether it is only untimely, which two honest nodes may see differently.
    /// </summary>
    public static bool TryOpen(
        ReadOnlyMemory<byte> envelope, DateTimeOffset now, out VerifiedAdvert advert, out string problem,
        out bool isUntimely)
    {
        advert = null!;
        isUntimely = false;
        if (envelope.Length > AdvertLimits.MaxEnvelopeLength)
        {
            problem = $"has {envelope.Length} bytes; at most {AdvertLimits.MaxEnvelopeLength} are allowed";
            return false;
        }

        if (!SignedEnvelope.TryOpen(
            envelope.Span, Domain, PayloadType, Advert.Parser, out Advert contents, out PeerId signer))
        {
            problem = "is no advert, or its signature is wrong";
            return false;
        }

        if (!signer.Span.SequenceEqual(contents.PeerId.Span))
        {
            problem = $"speaks for another peer than its signer {signer}";
            return false;
        }

        problem = Untimeliness(contents, now) ?? "";
        isUntimely = problem.Length > 0;
        problem = isUntimely ? problem : Problem(contents) ?? "";
        var models = new Dictionary<Cid, ServedModel>();
        if (problem.Length > 0 || !TryReadModels(contents, models, ref problem)
            || !CarriedMeasurements.TryRead(
                contents.Measurements, signer, now, out IReadOnlyList<Measurement> measurements, out problem))
        {
            return false;
        }

        advert = new VerifiedAdvert
        {
            Peer = signer,
            Contents = contents,
            Envelope = envelope,
            Addresses = Addresses(contents),
            Models = models,
            Measurements = measurements,
        };
        return true;
    }

    /// <summary>The sequence number of an advert that was checked before; 0 if it can't be read.</summary>
    public static ulong SequenceOf(ReadOnlySpan<byte> envelope) =>
        SignedEnvelope.TryOpen(envelope, Domain, PayloadType, Advert.Parser, out Advert advert, out _)
            ? advert.Sequence
            : 0;

    private static string? Untimeliness(Advert advert, DateTimeOffset now)
    {
        long nowMs = now.ToUnixTimeMilliseconds();
        long latest = nowMs + (long)(AdvertLimits.MaxLifetime + AdvertLimits.ClockSkew).TotalMilliseconds;
        return advert switch
        {
            _ when advert.ExpiresUnixMs <= nowMs => "has expired",
            _ when advert.ExpiresUnixMs > latest => "expires later than any advert may",
            _ => null,
        };
    }

    private static string? Problem(Advert advert) => advert switch
    {
        _ when advert.Addresses.Count > AdvertLimits.MaxAddresses => "has too many addresses",
        _ when advert.Models.Count > AdvertLimits.MaxModels => "has too many models",
        _ when advert.Engines.Count > AdvertLimits.MaxEngines => "has too many engines",
        _ when advert.TotalSlots > AdvertLimits.MaxSlots => "has too many slots",
        _ when advert.FreeSlots > advert.TotalSlots => "has more free slots than slots",
        _ when advert.Hardware is null => "says nothing about its hardware",
        _ when advert.Hardware.Gpus.Count > AdvertLimits.MaxGpus => "has too many GPUs",
        _ when !IsRate(advert.Hardware.ClaimedOperationsPerSecond)
            || !IsRate(advert.Hardware.ClaimedBytesPerSecond) => "claims a speed that can't be",
        _ when !Texts(advert).All(t => t.Length <= AdvertLimits.MaxTextLength) => "has a text that is too long",
        _ => null,
    };

    private static bool IsRate(double rate) => rate is >= 0 and < AdvertLimits.MaxRate;

    private static IEnumerable<string> Texts(Advert advert) =>
    [
        advert.AgentVersion, advert.Hardware.Cpu, advert.Hardware.Architecture, advert.Hardware.OperatingSystem,
        .. advert.Engines, .. advert.Hardware.Gpus.Select(g => g.Name),
        .. advert.Models.SelectMany(m => (string[])[m.Name, m.Architecture, m.Quantization]),
    ];

    private static bool TryReadModels(Advert advert, Dictionary<Cid, ServedModel> models, ref string problem)
    {
        foreach (ServedModel model in advert.Models)
        {
            bool sane = double.IsFinite(model.DecodeTokensPerSecond) && model.DecodeTokensPerSecond >= 0
                && double.IsFinite(model.PrefillTokensPerSecond) && model.PrefillTokensPerSecond >= 0
                && model.ContextLength > 0;
            if (!sane || !Cid.TryParse(model.Root.Span, out Cid root) || !models.TryAdd(root, model))
            {
                problem = "has a model with a broken CID, a repeated one, or figures that can't be";
                return false;
            }
        }

        return true;
    }

    // An address that nothing here can dial is no reason to refuse the others.
    private static List<Multiaddr> Addresses(Advert advert)
    {
        var addresses = new List<Multiaddr>();
        foreach (Google.Protobuf.ByteString bytes in advert.Addresses)
        {
            if (Multiaddr.TryParse(bytes.Span, out Multiaddr address) && address.WithoutPeer() is { } bare)
            {
                addresses.Add(bare);
            }
        }

        return addresses;
    }
}
