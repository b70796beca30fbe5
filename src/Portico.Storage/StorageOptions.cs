namespace Portico.Storage;

/// <summary>Where Portico keeps its data. Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>Npgsql connection string of a PostgreSQL 15+ database shared by all nodes. Empty = embedded SQLite under <see cref="DataDirectory"/>.</summary>
    public string? PostgresConnection { get; set; }

    /// <summary>Directory for the embedded store, the journal of this node and the master key. Every node has its own.</summary>
    public string DataDirectory { get; set; } = "./data";

    /// <summary>Wait for the disk at every group commit of SQLite (synchronous=FULL). Off: safe against a killed process, a power cut may lose the last batch.</summary>
    public bool FullSync { get; set; }

    /// <summary>Pieces of work that may wait for SQLite's writer, 16 to 100,000; over it a write is refused as overloaded.</summary>
    public int WriteQueue { get; set; } = 4_096;

    /// <summary>Bytes of one journal segment, 64 KiB to 1 GiB.</summary>
    public int JournalSegmentBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Force every journal record to the disk before the answer's last byte. Off: the page cache holds it, which survives a killed process.</summary>
    public bool JournalFsync { get; set; }
}
