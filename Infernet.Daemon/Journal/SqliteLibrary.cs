using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Infernet.Daemon.Journal;

/// <summary>
/// Resolves SQLite to the system's library where there is one: it is newer than the one in the package and gets the
/// distribution's fixes. Elsewhere the package's own is used.
/// </summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Ready = new(Prepare);

    /// <summary>Loads the library once for the process.</summary>
    public static void Load() => _ = Ready.Value;

    private static bool Prepare()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        Batteries_V2.Init();
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out nint system) ? system : 0;
}
