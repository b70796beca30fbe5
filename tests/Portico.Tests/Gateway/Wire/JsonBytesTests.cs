using System.Text;
using Portico.Gateway.Wire;

namespace Portico.Tests.Gateway.Wire;

public sealed class JsonBytesTests
{
    static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    static byte[] Of(string text) => JsonBytes.Of(text, static (json, of) => json.WriteStringValue(of));

    [Fact]
    public void Each_document_begins_anew()
    {
        Text(Of("one")).ShouldBe("\"one\"");
        Text(Of("zwei, größer")).ShouldBe("\"zwei, größer\"");
        Text(Of("three")).ShouldBe("\"three\"");
    }

    [Fact]
    public void One_document_may_be_written_within_another()
    {
        var whole = JsonBytes.Of(
            "inner",
            static (json, of) =>
            {
                json.WriteStartArray();
                json.WriteRawValue(Of(of));
                json.WriteStringValue("outer");
                json.WriteEndArray();
            }
        );

        Text(whole).ShouldBe("""["inner","outer"]""");
    }

    [Fact]
    public void What_failed_half_way_is_no_part_of_the_next()
    {
        Should.Throw<InvalidOperationException>(() =>
            JsonBytes.Of(
                0,
                static (json, _) =>
                {
                    json.WriteStartObject();
                    json.WriteString("half"u8, "a document"u8);
                    throw new InvalidOperationException("stopped");
                }
            )
        );

        Text(Of("whole")).ShouldBe("\"whole\"");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300_000)]
    public void A_document_of_any_length_is_all_there(int length)
    {
        var text = new string('x', length);

        Text(Of(text)).ShouldBe($"\"{text}\"");
        Text(Of("after it")).ShouldBe("\"after it\"");
    }
}
