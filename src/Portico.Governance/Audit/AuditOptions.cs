using System.ComponentModel.DataAnnotations;

namespace Portico.Governance.Audit;

/// <summary>The audit log. Section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    public const string Section = "Audit";

    const string Address = "^(https?://[^\\s/]+.*)?$";
    const string AddressWanted = "must be an address such as https://audit.example.com/portico/";

    /// <summary>Bytes of entries that may wait for a store that does not answer, 1 MiB to 1 TiB; over it calls and changes are refused.</summary>
    [Range(typeof(long), "1048576", "1099511627776")]
    public long MaxJournalBytes { get; set; } = 1L << 30;

    /// <summary>A file outside Portico's own data to which checkpoints are appended, on a disk that this machine cannot take back. Empty = none.</summary>
    public string? AnchorFile { get; set; }

    /// <summary>An address that gets every anchored checkpoint as text by POST and answers 2xx. Empty = none.</summary>
    [RegularExpression(Address, ErrorMessage = AddressWanted)]
    public string? AnchorUrl { get; set; }

    /// <summary>
    /// A folder of an object store that gets every anchored checkpoint as an object of its own, never written over: https://BUCKET.s3.REGION.amazonaws.com/FOLDER/, the address
    /// of any store that speaks S3 with its bucket in the path, or https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER/. Empty = none.
    /// </summary>
    [RegularExpression(Address, ErrorMessage = AddressWanted)]
    public string? AnchorBucket { get; set; }

    /// <summary>The region of a store that speaks S3, where its address does not name it. Empty = AWS_REGION.</summary>
    public string? AnchorRegion { get; set; }

    /// <summary>Seconds between two checkpoints of a log that are anchored, 1 to 86,400.</summary>
    [Range(1, 86_400)]
    public int AnchorSeconds { get; set; } = 60;
}
