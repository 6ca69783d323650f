using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Core.Evidence;

/// <summary>
/// Evidence as bytes. The canonical ones hold known fields alone, in the order of their numbers and defaults left out,
/// so that a fact can't come back under another id with something added that nobody signed.
/// </summary>
public static class EvidenceBytes
{
    private static readonly MessageParser<Schemas.Evidence> Facts =
        Schemas.Evidence.Parser.WithDiscardUnknownFields(true);

    private static readonly MessageParser<EvidenceFile> Files = EvidenceFile.Parser.WithDiscardUnknownFields(true);

    /// <summary>Parses a fact; null if it is too large or is none.</summary>
    public static Schemas.Evidence? TryRead(ReadOnlySpan<byte> bytes) =>
        bytes.Length is 0 or > EvidenceLimits.MaxSize ? null : TryParse(Facts, bytes);

    /// <summary>Parses an evidence file; null if it is none.</summary>
    public static EvidenceFile? TryReadFile(ReadOnlySpan<byte> bytes) => TryParse(Files, bytes);

    /// <summary>A fact's canonical bytes.</summary>
    public static byte[] Canonical(Schemas.Evidence fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return Facts.ParseFrom(fact.ToByteArray()).ToByteArray();
    }

    /// <summary>What a fact is known by: SHA-256 of its canonical bytes, in hexadecimal.</summary>
    public static string IdOf(ReadOnlySpan<byte> canonical) => Convert.ToHexStringLower(SHA256.HashData(canonical));

    /// <summary>What a committee signs when it acts on a file: SHA-256 of the file's canonical bytes.</summary>
    public static byte[] HashOf(EvidenceFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return SHA256.HashData(Files.ParseFrom(file.ToByteArray()).ToByteArray());
    }

    private static T? TryParse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
