using System.Text;
using Portico.Core.Chat;
using Portico.Gateway.Wire;

namespace Portico.Tests.Gateway.Wire;

/// <summary>Forms with files by the places of their parts.</summary>
public sealed class FormBodyTests
{
    const string Type = "multipart/form-data; boundary=\"a b\"";

    static readonly string Form = string.Join(
        "\r\n",
        "to be ignored",
        "--a b",
        "Content-Disposition: form-data; name=\"model\"",
        "",
        "my model",
        "--a b  ",
        "content-type: audio/wav",
        "CONTENT-DISPOSITION: form-data; name=file; filename=\"grüße; a.wav\"",
        "",
        "RIFF--a b\r\nmore",
        "--a b",
        "Content-Disposition: form-data; name=\"empty\"",
        "",
        "",
        "--a b--",
        "what follows is ignored"
    );

    static List<(string Name, string? File, string Value)> Parts(byte[] body, string type = Type) =>
        FormBody.Read(body, type).ConvertAll(p => (p.Name, p.FileName, Encoding.UTF8.GetString(body, p.Start, p.Length)));

    [Fact]
    public void Parts_have_name_file_name_and_value() =>
        Parts(Encoding.UTF8.GetBytes(Form))
            .ShouldBe([("model", null, "my model"), ("file", "grüße; a.wav", "RIFF--a b\r\nmore"), ("empty", null, "")]);

    [Fact]
    public async Task A_form_as_dotnet_writes_it_is_read()
    {
        using var form = new MultipartFormDataContent();
        form.Add(new StringContent("whisper-1"), "model");
        form.Add(new ByteArrayContent([0, 13, 10, 45, 45, 255]), "file", "a b.wav");
        var body = await form.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var parts = FormBody.Read(body, form.Headers.ContentType!.ToString());
        parts.Select(p => (p.Name, p.FileName)).ShouldBe([("model", null), ("file", "a b.wav")]);
        body[parts[1].Start..parts[1].End].ShouldBe(new byte[] { 0, 13, 10, 45, 45, 255 });
    }

    [Fact]
    public void The_models_name_can_be_replaced_and_everything_else_stays()
    {
        var body = Encoding.UTF8.GetBytes(Form);
        var (request, wire) = FormReaders.Transcription(body, Type);
        (request.Model, request.Kind).ShouldBe(("my model", CallKind.Transcription));
        Encoding
            .UTF8.GetString(Portico.Providers.OpenAi.OpenAiBody.Renamed(wire, "whisper-1").Span)
            .ShouldBe(Form.Replace("my model", "whisper-1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_form_that_is_cut_anywhere_is_refused_and_nothing_else_happens()
    {
        var body = Encoding.UTF8.GetBytes(Form);
        var end = Form.IndexOf("--a b--", StringComparison.Ordinal) + Encoding.UTF8.GetByteCount("üß") - 2 + 7;
        for (var length = 0; length < end; length++)
        {
            var cut = body[..length];
            Should.Throw<PorticoException>(() => FormBody.Read(cut, Type), $"cut at {length}").Kind.ShouldBe(ErrorTable.InvalidRequest);
        }
        FormBody.Read(body[..end], Type).Count.ShouldBe(3);
    }

    [Fact]
    public void A_form_with_broken_bytes_gives_parts_or_a_refusal()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var draw = 0; draw < 5_000; draw++)
        {
            var body = Encoding.UTF8.GetBytes(Form);
            for (var i = random.Next(1, 8); i > 0; i--)
                body[random.Next(body.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : "\r\n-\":;= "u8[random.Next(8)];
            try
            {
                foreach (var part in FormBody.Read(body, Type))
                    (part.Start >= 0 && part.End >= part.Start && part.End <= body.Length).ShouldBeTrue($"seed {seed}, draw {draw}");
            }
            catch (PorticoException e)
            {
                e.Kind.ShouldBe(ErrorTable.InvalidRequest, $"seed {seed}, draw {draw}");
            }
        }
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=other")]
    [InlineData("nonsense")]
    public void A_boundary_that_is_missing_or_another_is_refused(string type) =>
        Should.Throw<PorticoException>(() => FormBody.Read(Encoding.UTF8.GetBytes(Form), type)).Kind.ShouldBe(ErrorTable.InvalidRequest);

    [Fact]
    public void More_parts_than_the_bound_are_refused()
    {
        var part = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n";
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, FormBody.MaxParts + 1)) + "--b--");
        Should.Throw<PorticoException>(() => FormBody.Read(body, "multipart/form-data; boundary=b")).Message.ShouldContain("100");
    }
}
