namespace Infernet.ContentStore.Tests;

/// <summary>Bytes that look random and are the same in every run.</summary>
internal static class TestBytes
{
    public static byte[] Random(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
