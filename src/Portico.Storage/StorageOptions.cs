using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace Portico.Storage;

/// <summary>Where Portico keeps its data. Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>Npgsql connection string of a PostgreSQL 15+ database shared by all nodes. Empty = embedded SQLite under <see cref="DataDirectory"/>.</summary>
    [ConnectionString]
    public string? PostgresConnection { get; set; }

    /// <summary>Directory for the embedded store, the journal of this node and the master key. Every node has its own.</summary>
    [Required]
    public string DataDirectory { get; set; } = "./data";

    /// <summary>Wait for the disk at every group commit of SQLite (synchronous=FULL). Off: safe against a killed process, a power cut may lose the last batch.</summary>
    public bool FullSync { get; set; }

    /// <summary>Pieces of work that may wait for SQLite's writer, 16 to 100,000; over it a write is refused as overloaded.</summary>
    [Range(16, 100_000)]
    public int WriteQueue { get; set; } = 4_096;

    /// <summary>Bytes of one journal segment, 64 KiB to 1 GiB.</summary>
    [Range(65_536, 1_073_741_824)]
    public int JournalSegmentBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Force every journal record to the disk before the answer's last byte. Off: the page cache holds it, which survives a killed process.</summary>
    public bool JournalFsync { get; set; }
}

/// <summary>A connection string that Npgsql understands, or none.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class ConnectionStringAttribute : ValidationAttribute
{
    public override bool IsValid(object? value)
    {
        try
        {
            return string.IsNullOrWhiteSpace(value as string) || new NpgsqlConnectionStringBuilder((string)value).Host is { Length: > 0 };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }

    public override string FormatErrorMessage(string name) =>
        "must be a connection string such as Host=db.internal;Database=portico;Username=portico;Password=…";
}
