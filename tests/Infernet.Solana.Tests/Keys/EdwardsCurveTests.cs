using System.Text.Json;
using Infernet.Solana.Keys;
using Infernet.Solana.Tests.Node;

namespace Infernet.Solana.Tests.Keys;

public class EdwardsCurveTests
{
    // y = 1, y = p + 1 (the same number, not in its shortest form) and y = -1, each with the sign bit.
    private static readonly string[] MinusZero =
    [
        "0100000000000000000000000000000000000000000000000000000000000080",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    [Test]
    public async Task IsOnCurve_RandomBytesAndEdges_AgreesWithKit()
    {
        foreach (JsonElement vector in await KitVectors.ListAsync("points"))
        {
            // y = ±1 has x = 0, which kit refuses with a sign bit and the chain's curve25519-dalek does not. No hash
            // will ever be one of them.
            if (!MinusZero.Contains(vector.Text("bytes")))
            {
                Assert.That(
                    EdwardsCurve.IsOnCurve(vector.Hex("bytes")),
                    Is.EqualTo(vector.GetProperty("onCurve").GetBoolean()),
                    vector.Text("bytes"));
            }
        }
    }

    [Test]
    public void IsOnCurve_PublicKeys_IsTrue()
    {
        for (byte i = 0; i < 50; i++)
        {
            Assert.That(EdwardsCurve.IsOnCurve(SolanaKey.FromSeed([.. Enumerable.Repeat(i, 32)]).Address.Span));
        }
    }
}
