using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>Writes a package as a zip, from its sealed chunks, as it leaves: README.txt, manifest.json and the files.</summary>
sealed class PackageZip(SubjectStore store, IEnumerable<ISubjectData> classes)
{
    public async Task WriteAsync(Stream to, SubjectRequest request, CancellationToken ct)
    {
        var files = await store.FilesAsync(request.Id, ct);
        // The zip is written without waiting, which an answer does not take: what is ready leaves after each chunk.
        using var ready = new MemoryStream();
        using var forward = new Forward(ready);
        using (var zip = new ZipArchive(forward, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "README.txt", Encoding.UTF8.GetBytes(Readme(request)));
            Add(zip, "manifest.json", Manifest(request, files));
            foreach (var file in files)
            {
                using var entry = zip.CreateEntry(file.Name, CompressionLevel.Fastest).Open();
                await foreach (var chunk in store.OpenAsync(request.Id, file.Number, ct))
                {
                    entry.Write(chunk);
                    await LeaveAsync(ready, to, ct);
                }
            }
        }
        await LeaveAsync(ready, to, ct);
    }

    static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(bytes);
    }

    static async Task LeaveAsync(MemoryStream ready, Stream to, CancellationToken ct)
    {
        await to.WriteAsync(ready.GetBuffer().AsMemory(0, (int)ready.Length), ct);
        ready.SetLength(0);
    }

    /// <summary>Only writes: else the zip would go back to fill in sizes.</summary>
    sealed class Forward(Stream to) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => to.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => to.Write(buffer);
    }

    /// <summary>The same bytes each time: its SHA-256 stands in the request and in the audit log.</summary>
    public static byte[] Manifest(SubjectRequest request, IReadOnlyList<PackageFile> files)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteNumber("form", 1);
            json.WriteString("request", request.Id);
            json.WriteString("person", request.PersonId.ToString());
            json.WriteStartArray("files");
            foreach (var file in files)
            {
                json.WriteStartObject();
                json.WriteString("name", file.Name);
                json.WriteNumber("items", file.Items);
                json.WriteNumber("bytes", file.Bytes);
                json.WriteString("sha256", file.Sha256);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    string Readme(SubjectRequest request)
    {
        var text = new StringBuilder();
        text.Append("Everything that Portico keeps about one person\n\n");
        text.Append($"Person   {request.PersonId}\nRequest  {request.Id}\nReady    {request.DoneAt:u}\n\n");
        text.Append("All files but those under files/ are JSON. Times are UTC. Secrets are in none of them.\n");
        text.Append("manifest.json has the size and the SHA-256 of each; its own SHA-256 stands in the audit log.\n\n");
        foreach (var each in classes)
            text.Append($"{each.Class}\n    {each.Says}\n\n");
        return text.ToString();
    }
}
