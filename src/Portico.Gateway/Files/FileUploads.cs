using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Files;

/// <summary>
/// Takes a file out of a form and brings it to the store as it arrives, a chunk in memory. The fields of the form may come before or behind the file; a
/// form that turns out wrong leaves nothing.
/// </summary>
sealed class FileUploads(FileStore store, GatewayOptions options, TimeProvider time)
{
    const int MaxFieldBytes = 1_024;
    const int MaxSections = 16;
    const int MaxNameLength = 256;

    /// <summary>An upload that did not come to its end is removed after this.</summary>
    public static readonly TimeSpan LongestUpload = TimeSpan.FromHours(6);

    /// <summary>What a form adds to the file.</summary>
    const long FormBytes = 64 * 1024;

    public long MaxBytes => options.FileMegabytes * 1024L * 1024;

    /// <summary>What the form has told so far.</summary>
    sealed class Form
    {
        public string? Purpose { get; set; }
        public string? Anchor { get; set; }
        public long? Seconds { get; set; }
        public string Name { get; set; } = "";
        public long? Bytes { get; set; }
    }

    /// <exception cref="PorticoException">The form is not one, is cut, or says what cannot be; the file is larger than it may be.</exception>
    public async Task<StoredFile> TakeAsync(HttpContext http, Caller caller, CancellationToken ct)
    {
        var boundary = BoundaryOf(http.Request);
        await RefuseUnlessRoomAsync(http, caller, TooLarge(null), ct);
        var now = time.GetUtcNow();
        var file = new StoredFile
        {
            Id = FileId.New(time).ToString(),
            WorkspaceId = caller.WorkspaceId,
            KeyId = caller.OwnerKeyId,
            PersonId = caller.PersonId,
            CreatedUs = Micros.Of(now),
            ExpiresUs = Micros.Of(now + LongestUpload),
        };
        await store.BeginAsync(file, ct);
        try
        {
            var form = await ReadFormAsync(new MultipartReader(boundary, http.Request.Body), file, ct);
            file = Finished(file, form);
            await store.FinishAsync(file, ct);
            return file;
        }
        catch
        {
            // Whatever went wrong: what was written of it goes now, or where the store is away, with the hourly round.
            await DiscardAsync(file.Id);
            throw;
        }
    }

    async Task<Form> ReadFormAsync(MultipartReader reader, StoredFile file, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(reader, file, ct);
        }
        catch (BadHttpRequestException e)
        {
            throw e.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => TooLarge(e),
                StatusCodes.Status408RequestTimeout => new PorticoException(
                    ErrorTable.RequestTimeout,
                    "The file arrived too slowly.",
                    inner: e
                ),
                _ => Cut(e),
            };
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Cut(e);
        }
    }

    static PorticoException Cut(Exception e) => new(ErrorTable.InvalidRequest, "The form was not sent to its end, or is none.", "file", e);

    /// <summary>Removes what was written of a file that will be none.</summary>
    public async Task DiscardAsync(string file)
    {
        try
        {
            await store.DeleteAsync(file, CancellationToken.None);
        }
        catch (Exception e) when (e is PorticoException or System.Data.Common.DbException)
        {
            // The first error is the one to tell.
        }
    }

    static string BoundaryOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 70 } boundary
            ? boundary.ToString()
            : throw new PorticoException(
                ErrorTable.UnsupportedMediaType,
                "A file must be sent as 'Content-Type: multipart/form-data' with a boundary, as curl -F and the SDKs do.",
                "content-type"
            );

    /// <summary>Lets the body be as large as a file may be.</summary>
    /// <exception cref="PorticoException">It says to be larger, or the files of the workspace have no room for it.</exception>
    public async Task RefuseUnlessRoomAsync(HttpContext http, Caller caller, PorticoException tooLarge, CancellationToken ct)
    {
        if (http.Request.ContentLength > MaxBytes + FormBytes)
            throw tooLarge;
        // Beyond our own bound, so that ours speaks first.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = 2 * MaxBytes + FormBytes;
        var used = await store.BytesOfAsync(caller.WorkspaceId, ct);
        if (used + (http.Request.ContentLength ?? 0) > options.WorkspaceFileMegabytes * 1024L * 1024)
            throw new PorticoException(
                ErrorTable.TooLarge,
                $"The files of this workspace have {used / (1024 * 1024)} MiB and may have {options.WorkspaceFileMegabytes} together (Gateway:WorkspaceFileMegabytes). Delete some first."
            );
    }

    PorticoException TooLarge(Exception? inner) =>
        new(ErrorTable.TooLarge, $"A file may have {options.FileMegabytes} MiB (Gateway:FileMegabytes).", "file", inner);

    async Task<Form> ReadAsync(MultipartReader reader, StoredFile file, CancellationToken ct)
    {
        var form = new Form();
        reader.HeadersLengthLimit = 8 * 1024;
        for (var sections = 0; await reader.ReadNextSectionAsync(ct) is { } section; sections++)
        {
            if (sections == MaxSections)
                throw Json.Bad($"The form has more than {MaxSections} parts.", "file");
            if (
                !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                || HeaderUtilities.RemoveQuotes(disposition.Name) is not { Length: > 0 } name
            )
                throw Json.Bad("A part of the form has no name.", "file");
            if (name == "file")
            {
                if (form.Bytes is not null)
                    throw Json.Bad("The form has more than one file.", "file");
                form.Name = NameOf(disposition);
                form.Bytes = await StoreAsync(section.Body, file, ct);
            }
            else
                Take(form, name.ToString(), await TextAsync(section.Body, name.ToString(), ct));
        }
        return form;
    }

    static string NameOf(ContentDispositionHeaderValue disposition)
    {
        var name = (
            disposition.FileNameStar.HasValue ? disposition.FileNameStar : HeaderUtilities.RemoveQuotes(disposition.FileName)
        ).ToString();
        // Only the name: some clients send the path it had on their disk.
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        if (name.Length > MaxNameLength || name.Any(char.IsControl))
            throw Json.Bad($"The name of the file must have at most {MaxNameLength} characters, none of them a control character.", "file");
        return name.Length == 0 ? "file" : name;
    }

    async Task<long> StoreAsync(Stream body, StoredFile file, CancellationToken ct)
    {
        var chunk = new byte[FileStore.ChunkBytes];
        for (long seq = 0, bytes = 0; ; seq++)
        {
            var read = await body.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, ct);
            bytes += read;
            if (bytes > MaxBytes)
                throw TooLarge(null);
            if (read > 0)
                await store.AppendAsync(file, seq, chunk.AsMemory(0, read), ct);
            if (read < chunk.Length)
                return bytes;
        }
    }

    static async Task<string> TextAsync(Stream body, string name, CancellationToken ct)
    {
        var bytes = new byte[MaxFieldBytes + 1];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        return read <= MaxFieldBytes
            ? System.Text.Encoding.UTF8.GetString(bytes, 0, read)
            : throw Json.Bad($"'{Json.Short(name)}' is longer than {MaxFieldBytes} bytes.", Json.Short(name));
    }

    static void Take(Form form, string name, string value)
    {
        switch (name)
        {
            case "purpose":
                form.Purpose = value;
                break;
            case "expires_after[anchor]":
                form.Anchor = value;
                break;
            case "expires_after[seconds]":
                form.Seconds = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : -1;
                break;
            default:
                throw Json.Bad(
                    $"'{Json.Short(name)}' is not a field of a file: there are file, purpose and expires_after.",
                    Json.Short(name)
                );
        }
    }

    StoredFile Finished(StoredFile file, Form form)
    {
        if (form.Bytes is not { } bytes)
            throw Json.Bad("'file' is missing.", "file");
        if (bytes == 0)
            throw Json.Bad("The file is empty.", "file");
        var purpose = form.Purpose ?? throw Json.Bad("'purpose' is missing: batch or user_data.", "purpose");
        if (!FilePurpose.MayBeUploaded(purpose))
            throw Json.Bad(
                $"'purpose' must be batch or user_data; Portico does nothing with files for '{Json.Short(purpose)}'.",
                "purpose"
            );
        return file with
        {
            Name = form.Name,
            Purpose = purpose,
            Bytes = bytes,
            ExpiresUs =
                file.CreatedUs + (FileExpiry.Read(form.Anchor, form.Seconds, "expires_after") ?? FileExpiry.Default(options)) * 1_000_000,
        };
    }
}

/// <summary>For how long a file is kept: the caller's wish within OpenAI's bounds, else the setting.</summary>
static class FileExpiry
{
    const long Least = 3_600;
    const long Most = 2_592_000;

    public static long Default(GatewayOptions options) => options.FileDays * 86_400L;

    /// <summary>Seconds; null when nothing was asked for.</summary>
    public static long? Read(string? anchor, long? seconds, string param)
    {
        if (anchor is null && seconds is null)
            return null;
        if (anchor != "created_at")
            throw Json.Bad($"'{param}.anchor' must be created_at.", $"{param}.anchor");
        return seconds is >= Least and <= Most
            ? seconds
            : throw Json.Bad($"'{param}.seconds' must be a whole number from {Least} to {Most}.", $"{param}.seconds");
    }
}
