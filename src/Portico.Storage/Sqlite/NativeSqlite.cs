using System.Runtime.InteropServices;

namespace Portico.Storage.Sqlite;

/// <summary>
/// The few functions of the engine that are called some thirty times a row, without what a general binding does around each
/// (https://www.sqlite.org/c3ref/bind_blob.html). Those that only store a value return within nanoseconds: they need not let the collector pass.
/// </summary>
static unsafe partial class NativeSqlite
{
    const string Library = "e_sqlite3";

    /// <summary>The memory stays as it is until the statement has run.</summary>
    public const nint Static = 0;

    /// <summary>The engine copies what it is given.</summary>
    public const nint Transient = -1;

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    public static partial int BindInt64(nint statement, int place, long value);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    public static partial int BindNull(nint statement, int place);

    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    public static partial int BindText(nint statement, int place, byte* utf8, int bytes, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);
}
