using Dapper;

namespace Portico.Storage;

/// <summary>
/// Dapper compiles what fills a statement's parameters and reads its rows, and keeps it by connection string: for each file of SQLite anew, though the tables are the same. Here all
/// stores of one engine share it. What reads rows is kept by their columns too, so that a table with others gets its own.
/// </summary>
static class RowReaders
{
    /// <summary>Safe to call again.</summary>
    public static void ShareByEngine() => SqlMapper.ConnectionStringComparer = ByEngine.Comparer;

    sealed class ByEngine : IEqualityComparer<string>
    {
        public static readonly ByEngine Comparer = new();

        public bool Equals(string? x, string? y) => IsPostgres(x) == IsPostgres(y);

        public int GetHashCode(string obj) => IsPostgres(obj) ? 1 : 0;

        static bool IsPostgres(string? connection) => connection?.Contains("Host=", StringComparison.Ordinal) ?? false;
    }
}
