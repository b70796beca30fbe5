using System.Globalization;
using System.Text;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Forms with files: audio to be written down, images to be edited.</summary>
static class FormReaders
{
    const int MaxTextBytes = 128 * 1024;
    const int MaxFileNameLength = 256;

    public static ReadSingle Transcription(ReadOnlyMemory<byte> body, string contentType) => Listen(body, contentType, toEnglish: false);

    public static ReadSingle Translation(ReadOnlyMemory<byte> body, string contentType) => Listen(body, contentType, toEnglish: true);

    static ReadSingle Listen(ReadOnlyMemory<byte> body, string contentType, bool toEnglish)
    {
        var form = new Fields(body, contentType);
        var file = form.File("file") ?? throw SingleBody.Missing("file", "the audio, as a file of the form");
        if (file.Length == 0)
            throw Json.Bad("'file' must not be empty.", "file");
        var request = new TranscriptionRequest
        {
            Model = form.Model,
            ToEnglish = toEnglish,
            Stream = form.Flag("stream"),
            Prompt = form.Text("prompt"),
            Format = form.Text("response_format") ?? "json",
            FileName = file.FileName is { } name ? ShortText.UpTo(name, MaxFileNameLength) : null,
            FileBytes = file.Length,
            MostMs = AudioLength.MostMs(body.Span[file.Start..file.End]),
        };
        return new ReadSingle(request, form.Body);
    }

    public static ReadSingle ImageEdit(ReadOnlyMemory<byte> body, string contentType)
    {
        var form = new Fields(body, contentType);
        if (form.Files("image", "image[]") is 0)
            throw SingleBody.Missing("image", "one or several images, as files of the form");
        var prompt = form.Text("prompt");
        if (string.IsNullOrEmpty(prompt))
            throw SingleBody.Missing("prompt", "what the image should show");
        if (prompt.Length > SingleReaders.MaxPromptLength)
            throw Json.Bad($"'prompt' is longer than {SingleReaders.MaxPromptLength} characters.", "prompt");
        var request = new ImageRequest
        {
            Model = form.Model,
            IsEdit = true,
            Stream = form.Flag("stream"),
            Prompt = prompt,
            Count = form.Whole("n", 1, SingleReaders.MaxImages) ?? 1,
            Size = SingleReaders.Word(form.Text("size"), "size"),
            Quality = SingleReaders.Word(form.Text("quality"), "quality"),
            InputImages = form.Files("image", "image[]", "mask"),
            PartialImages = form.Whole("partial_images", 0, SingleReaders.MaxPartialImages) ?? 0,
            ResponseFormat = form.Text("response_format"),
            User = form.Text("user"),
        };
        return new ReadSingle(request, form.Body);
    }

    /// <summary>The fields of a form by name; what is not asked for goes on unread.</summary>
    sealed class Fields
    {
        readonly ReadOnlyMemory<byte> body;
        readonly List<FormPart> parts;

        public Fields(ReadOnlyMemory<byte> body, string contentType)
        {
            this.body = body;
            parts = FormBody.Read(body.Span, contentType);
            var model = Only("model");
            Model = Text("model") is { Length: > 0 and <= 512 } name
                ? name
                : throw SingleBody.Missing("model", "the name of a route or a model");
            Body = new WireBody
            {
                Dialect = Dialect.Single,
                FormType = contentType,
                Bytes = body,
                Model = new WireField(model!.Value.Start, model.Value.Start, model.Value.End),
            };
        }

        public string Model { get; }
        public WireBody Body { get; }

        FormPart? Only(string name)
        {
            FormPart? found = null;
            foreach (var part in parts)
                if (part.Name == name)
                    found = found is null ? part : throw Json.Bad($"'{name}' stands twice in the form.", name);
            return found;
        }

        public FormPart? File(string name) => Only(name);

        public int Files(params ReadOnlySpan<string> names)
        {
            var count = 0;
            foreach (var part in parts)
                if (names.Contains(part.Name))
                    count++;
            return count;
        }

        public string? Text(string name)
        {
            if (Only(name) is not { } part)
                return null;
            if (part.Length > MaxTextBytes)
                throw Json.Bad($"'{name}' is longer than {MaxTextBytes} bytes.", name);
            try
            {
                return Strict.GetString(body.Span[part.Start..part.End]);
            }
            catch (DecoderFallbackException e)
            {
                throw new PorticoException(ErrorTable.InvalidRequest, $"'{name}' is not UTF-8.", name, e);
            }
        }

        public bool Flag(string name) =>
            Text(name) switch
            {
                null or "" => false,
                var text when text.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
                var text when text.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
                _ => throw Json.Bad($"'{name}' must be true or false.", name),
            };

        public int? Whole(string name, int min, int max)
        {
            if (Text(name) is not { Length: > 0 } text)
                return null;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
                ? value
                : throw Json.Bad($"'{name}' must be a whole number from {min} to {max}.", name);
        }

        static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    }
}
