using System.Numerics;

namespace Infernet.Solana.Keys;

/// <summary>
/// Whether 32 bytes decompress to a point of edwards25519 (RFC 8032, section 5.1.3), as curve25519-dalek decides it:
/// an address of a program must not, so that nobody can hold a key for it. libsodium's check is stricter (it refuses
/// small orders and non-canonical bytes), hence the arithmetic here. Public data only; not constant time.
/// </summary>
internal static class EdwardsCurve
{
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger D = Modulo(-121665 * BigInteger.ModPow(121666, P - 2, P));

    public static bool IsOnCurve(ReadOnlySpan<byte> encoded)
    {
        Span<byte> y = stackalloc byte[Address.Length];
        encoded.CopyTo(y);
        y[^1] &= 0x7f;

        // x² = (y² − 1) / (d·y² + 1); a sign bit on x = 0 is let pass, as dalek does.
        var square = new BigInteger(y, isUnsigned: true);
        square = Modulo(square * square);
        BigInteger numerator = Modulo(square - 1);
        BigInteger denominator = Modulo((D * square) + 1);

        // The quotient is a square exactly if the product is: the two differ by denominator². And d·y² + 1 is never
        // zero, since −1/d is no square.
        BigInteger product = Modulo(numerator * denominator);
        return product.IsZero || BigInteger.ModPow(product, (P - 1) / 2, P).IsOne;
    }

    private static BigInteger Modulo(BigInteger value)
    {
        BigInteger rest = value % P;
        return rest.Sign < 0 ? rest + P : rest;
    }
}
