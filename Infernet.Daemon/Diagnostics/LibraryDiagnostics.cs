using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Execution;
using Infernet.Execution.Llama;
using SQLitePCL;

namespace Infernet.Daemon.Diagnostics;

/// <summary>Whether the native libraries are there and do their work.</summary>
public static class LibraryDiagnostics
{
    private const string Sodium = "libsodium";
    private const string Sqlite = "SQLite";
    private const string Llama = "llama.cpp";

    /// <summary>Loads each library and calls it.</summary>
    /// <param name="cpuVariant">The pinned build of the CPU kernels; null for the best.</param>
    public static IReadOnlyList<Diagnostic> Run(string? cpuVariant) =>
        [TrySodium(), TrySqlite(), TryLlama(cpuVariant)];

    private static Diagnostic TrySodium()
    {
        try
        {
            NodeIdentity identity = NodeIdentity.Generate();
            byte[] signature = identity.Sign("doctor"u8);
            return Ed25519.Verify(identity.PublicKey, "doctor"u8, signature)
                ? Diagnostic.Ok(Sodium, "signs and verifies")
                : Diagnostic.Failed(Sodium, "does not verify its own signature", "Install another build of libsodium.");
        }
        catch (Exception missing) when (Unwrap(missing) is DllNotFoundException or InvalidOperationException)
        {
            return Diagnostic.Failed(Sodium, Unwrap(missing).Message, "sudo apt-get install libsodium23");
        }
    }

    private static Diagnostic TrySqlite()
    {
        try
        {
            SqliteLibrary.Load();
            return Diagnostic.Ok(Sqlite, raw.sqlite3_libversion().utf8_to_string());
        }
        catch (Exception missing) when (Unwrap(missing) is DllNotFoundException)
        {
            return Diagnostic.Failed(Sqlite, Unwrap(missing).Message, "sudo apt-get install libsqlite3-0");
        }
    }

    private static Diagnostic TryLlama(string? cpuVariant)
    {
        try
        {
            LlamaInstallation found = LlamaInstallation.Inspect(cpuVariant);
            return Diagnostic.Ok(
                Llama,
                $"{found.Version}, CPU variant {found.CpuVariant} of {found.UsableVariants.Count} that run here");
        }
        catch (NativeLibraryException broken)
        {
            return Diagnostic.Failed(Llama, broken.Message, null);
        }
    }

    private static Exception Unwrap(Exception problem) =>
        problem is TypeInitializationException { InnerException: { } inner } ? Unwrap(inner) : problem;
}
