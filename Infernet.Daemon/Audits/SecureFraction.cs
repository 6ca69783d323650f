using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Infernet.Daemon.Audits;

/// <summary>Numbers that nobody can foresee, for draws against those who would like to.</summary>
internal static class SecureFraction
{
    private const int MantissaBits = 53;

    /// <summary>A number from 0 to below 1.</summary>
    public static double Next()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (64 - MantissaBits)) / (double)(1UL << MantissaBits);
    }
}
