using System.Runtime.InteropServices;

namespace Infernet.Core.Identity;

/// <summary>The part of libsodium that the project calls. Loaded once, on first use.</summary>
internal static unsafe partial class Sodium
{
    private const string Library = "sodium";

    static Sodium()
    {
        NativeLibrary.SetDllImportResolver(typeof(Sodium).Assembly, Resolve);
        if (sodium_init() < 0)
        {
            throw new InvalidOperationException("libsodium is installed but could not be initialised.");
        }
    }

    [LibraryImport(Library)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    internal static partial int crypto_sign_seed_keypair(byte* publicKey, byte* secretKey, byte* seed);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_detached(
        byte* signature, ulong* signatureLength, byte* message, ulong length, byte* secretKey);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_verify_detached(
        byte* signature, byte* message, ulong length, byte* publicKey);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_base(byte* publicKey, byte* secretKey);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult(byte* shared, byte* secretKey, byte* publicKey);

    [LibraryImport(Library)]
    internal static partial int crypto_pwhash(
        byte* output, ulong outputLength, byte* password, ulong passwordLength, byte* salt,
        ulong operations, nuint memory, int algorithm);

    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        string beside = Path.Combine(AppContext.BaseDirectory, "libsodium.so.23");
        string[] candidates = [beside, "libsodium.so.23", "libsodium.so.26", "libsodium.so", "libsodium"];
        foreach (string candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out nint handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException(
            "libsodium is not installed. Install it with: sudo apt-get install libsodium23 (or run eng/native.sh)");
    }
}
